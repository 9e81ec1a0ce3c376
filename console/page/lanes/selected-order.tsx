import { capital, counted, durationOfMs, stageName } from "../../../core/format.ts";
import type { Bar, OrderAnswer, OrderRow } from "../../api.ts";
import { lab } from "../live/lab.ts";
import { useStore } from "../live/store.ts";
import { orderHash } from "../shell/route.ts";
import { placeOf, runOf, waitOf } from "../text/delivery-text.ts";
import { Sentence } from "../text/messages.tsx";
import { BarButton } from "./bar-button.tsx";
import { blockerNow } from "./blockers.ts";
import type { Highlight } from "./highlight.ts";
import type { Selecting } from "./selection.ts";

type Props = Selecting & {
  row: OrderRow | undefined;
  answer: OrderAnswer | undefined;
  blockers: readonly Bar[];
};

/** Details of the selected order; without a selection, the worst blockers. */
export function SelectedOrder({ selection, row, answer, highlight, blockers, select }: Props) {
  const sentence = answer?.order.sentence ?? row?.sentence;
  const name = answer?.order.name ?? row?.name ?? highlight?.deliveries[0]?.orderName;
  return (
    <>
      {/* Always rendered, so that screen readers announce changes. */}
      <div role="status" class="selected-summary">
        {selection && (
          <>
            <h2>{capital(name ?? "order")}</h2>
            <p>{sentence ? <Sentence text={sentence} /> : "Reading the order…"}</p>
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
          {highlight && <Blockers highlight={highlight} select={select} />}
          {highlight && <Blocked highlight={highlight} select={select} />}
          {highlight && <Deliveries highlight={highlight} select={select} />}
        </>
      ) : (
        <WorstBlockers blockers={blockers} select={select} />
      )}
    </>
  );
}

type Select = Pick<Selecting, "select">;

function WorstBlockers({ blockers, select }: { blockers: readonly Bar[] } & Select) {
  const worstMs = blockers[0]?.costMs ?? 1;
  const running = useStore(lab, (state) => state.running);
  const topics = useStore(lab, (state) => state.pipeline?.topics);
  const isUnderWay = useStore(lab, (state) => state.running.length + state.ended.length > 0);
  const now = blockerNow(running, topics ?? []);
  return (
    <>
      <h2>Who held up others</h2>
      {now && (
        <p>
          <button
            type="button"
            class="order-name"
            onClick={() => select({ order: now.order, bar: undefined })}
          >
            {lab.get().orders.get(now.order)?.name ?? "an order"}
          </button>{" "}
          is holding up {stageName(now.stage)} right now: {counted(now.waiting, "message")}{" "}
          {now.waiting === 1 ? "waits" : "wait"} there.
        </p>
      )}
      {!now && blockers.length === 0 && (
        <p>
          {isUnderWay
            ? "No order in view so far. Messages count once they have been handled."
            : "No order in view."}
        </p>
      )}
      <ol class="ranking">
        {blockers.map((bar) => (
          <li key={bar.id}>
            <BarButton bar={bar} select={select} />
            <span class="amount">{durationOfMs(bar.costMs)}</span>
            <progress max={worstMs} value={bar.costMs} aria-label="Share of the worst" />
            <span class="small">
              {placeOf(bar)}
              {` · held up ${bar.costMessages}`}
              {bar.intensity ? ` · ${bar.intensity}` : ""}
            </span>
          </li>
        ))}
      </ol>
      <h2>How to read the lanes</h2>
      <p class="small">
        A bar is a message being handled. The thin lines below it are waiting messages: the deeper, the longer
        the queue. Select a bar or a line to see what held it up. Drag to move, turn the wheel to zoom. Keys:
        arrows select, Enter opens the order, + and − zoom, Shift and arrows pan, 0 fits, F follows, Esc
        clears.
      </p>
    </>
  );
}

function Blockers({ highlight, select }: { highlight: Highlight } & Select) {
  const { bars } = lab.get();
  const blockers = [...highlight.blockers].flatMap(([id, ms]) => {
    const bar = bars.get(id);
    return bar ? [{ bar, ms }] : [];
  });
  if (blockers.length === 0) return <p>No other order held it up for long.</p>;
  return (
    <>
      <h3>Held up by</h3>
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

const maxBlocked = 8;

function Blocked({ highlight, select }: { highlight: Highlight } & Select) {
  if (highlight.blocked.size === 0) return null;
  const { bars } = lab.get();
  const blocked = [...highlight.blocked]
    .flatMap((id) => bars.get(id) ?? [])
    .sort((a, b) => b.blockedMs - a.blockedMs);
  return (
    <>
      <h3>Held up most by it</h3>
      <ol class="ranking">
        {blocked.slice(0, maxBlocked).map((bar) => (
          <li key={bar.id}>
            <BarButton bar={bar} select={select} />
            <span class="amount">{durationOfMs(bar.blockedMs)}</span>
          </li>
        ))}
      </ol>
      {blocked.length > maxBlocked && <p class="small">and {blocked.length - maxBlocked} more</p>}
    </>
  );
}

function Deliveries({ highlight, select }: { highlight: Highlight } & Select) {
  return (
    <>
      <h3>Deliveries</h3>
      <table class="compact">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Waited</th>
            <th scope="col">Ran</th>
          </tr>
        </thead>
        <tbody>
          {highlight.deliveries.map((bar) => (
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
