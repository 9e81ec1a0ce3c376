import { capital, counted, durationOfMs } from "../../../core/words.ts";
import { stageName } from "../../../explain/findings/words.ts";
import type { Bar, OrderAnswer, OrderRow } from "../../api.ts";
import { lab } from "../live/lab.ts";
import { useStore } from "../live/store.ts";
import { orderHash } from "../shell/route.ts";
import { placeOf, runOf, waitOf } from "../text/delivery-text.ts";
import { Sentence } from "../text/messages.tsx";
import { BarButton } from "./bar-button.tsx";
import { holdingNow } from "./blockers.ts";
import type { Highlight } from "./highlight.ts";
import type { Selecting } from "./selection.ts";

type Props = Selecting & {
  row: OrderRow | undefined;
  answer: OrderAnswer | undefined;
  blockers: readonly Bar[];
};

/** What is known of the selected order; without one, who held up the others. */
export function SelectedOrder({ selection, row, answer, highlight, blockers, select }: Props) {
  const sentence = answer?.order.sentence ?? row?.sentence;
  const name = answer?.order.name ?? row?.name ?? highlight?.journey[0]?.orderName;
  return (
    <>
      {/* Always there, so that what comes into it is read out. */}
      <div role="status" class="told">
        {selection && (
          <>
            <h2>{capital(name ?? "order")}</h2>
            <p>{sentence ? <Sentence text={sentence} /> : "Reading what happened to it…"}</p>
          </>
        )}
      </div>
      {selection ? (
        <>
          <p class="actions">
            <a class="button" href={orderHash(selection.order)}>
              Open the order
            </a>
            <button type="button" onClick={() => select(undefined)}>
              Clear
            </button>
          </p>
          {highlight && <Behind highlight={highlight} select={select} />}
          {highlight && <HeldUp highlight={highlight} select={select} />}
          {highlight && <Deliveries highlight={highlight} select={select} />}
        </>
      ) : (
        <Worst blockers={blockers} select={select} />
      )}
    </>
  );
}

type Select = Pick<Selecting, "select">;

function Worst({ blockers, select }: { blockers: readonly Bar[] } & Select) {
  const most = blockers[0]?.costMs ?? 1;
  const running = useStore(lab, (state) => state.running);
  const topics = useStore(lab, (state) => state.pipeline?.topics);
  const isUnderWay = useStore(lab, (state) => state.running.length + state.ended.length > 0);
  const now = holdingNow(running, topics ?? []);
  return (
    <>
      <h2>Who held up the others</h2>
      {now && (
        <p>
          <button
            type="button"
            class="order-name"
            onClick={() => select({ order: now.order, bar: undefined })}
          >
            {lab.get().orders.get(now.order)?.name ?? "an order"}
          </button>{" "}
          does so right now in {stageName(now.stage)}: {counted(now.waiting, "message")}{" "}
          {now.waiting === 1 ? "waits" : "wait"} there.
        </p>
      )}
      {!now && blockers.length === 0 && (
        <p>{isUnderWay ? "Nobody in view so far; runs count once they have ended." : "Nobody in view."}</p>
      )}
      <ol class="ranking">
        {blockers.map((bar) => (
          <li key={bar.id}>
            <BarButton bar={bar} select={select} />
            <span class="amount">{durationOfMs(bar.costMs)}</span>
            <progress max={most} value={bar.costMs} aria-label="Share of the worst" />
            <span class="small">
              {placeOf(bar)}
              {` · held up ${bar.costMessages}`}
              {bar.intensity ? ` · ${bar.intensity}` : ""}
            </span>
          </li>
        ))}
      </ol>
      <h2>How to read it</h2>
      <p class="small">
        A bar is a message being handled; the thin lines below are messages that wait, so a queue shows as
        depth. Select a bar or a line to see what it waited behind. Drag and wheel move and zoom; with the
        keyboard, arrows walk, Enter opens, + and − zoom, Shift and arrows pan, 0 fits, F follows, Esc clears.
      </p>
    </>
  );
}

function Behind({ highlight, select }: { highlight: Highlight } & Select) {
  const { bars } = lab.get();
  const blockers = [...highlight.behind].flatMap(([id, ms]) => {
    const bar = bars.get(id);
    return bar ? [{ bar, ms }] : [];
  });
  if (blockers.length === 0) return <p>It waited behind no other order for long.</p>;
  return (
    <>
      <h3>It waited behind</h3>
      <ol class="ranking">
        {blockers.map(({ bar, ms }) => (
          <li key={bar.id}>
            <BarButton bar={bar} select={select} />
            <span class="amount">{durationOfMs(ms)}</span>
            <span class="small">
              {[stageName(bar.stage), bar.operation, bar.intensity].filter(Boolean).join(" · ")}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

const mostHeld = 8;

function HeldUp({ highlight, select }: { highlight: Highlight } & Select) {
  if (highlight.heldUp.size === 0) return null;
  const { bars } = lab.get();
  const held = [...highlight.heldUp]
    .flatMap((id) => bars.get(id) ?? [])
    .sort((a, b) => b.blockedMs - a.blockedMs);
  return (
    <>
      <h3>It held up most</h3>
      <ol class="ranking">
        {held.slice(0, mostHeld).map((bar) => (
          <li key={bar.id}>
            <BarButton bar={bar} select={select} />
            <span class="amount">{durationOfMs(bar.blockedMs)}</span>
          </li>
        ))}
      </ol>
      {held.length > mostHeld && <p class="small">and {held.length - mostHeld} more</p>}
    </>
  );
}

function Deliveries({ highlight, select }: { highlight: Highlight } & Select) {
  return (
    <>
      <h3>Its deliveries</h3>
      <table class="compact">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Waited</th>
            <th scope="col">Ran</th>
          </tr>
        </thead>
        <tbody>
          {highlight.journey.map((bar) => (
            <tr key={bar.id}>
              <th scope="row">
                <BarButton bar={bar} select={select}>
                  {stageName(bar.stage)}
                  {bar.partition === undefined ? "" : ` p${bar.partition}`}
                </BarButton>
              </th>
              <td>{waitOf(bar)}</td>
              <td>
                {runOf(bar)}
                {bar.failed ? ", failed" : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
