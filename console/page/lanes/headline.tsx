import { counted, stageName } from "../../../explain/verdicts/words.ts";
import type { Bar } from "../../api.ts";
import { lab, labNowMs } from "../live/lab.ts";
import { useStore } from "../live/store.ts";
import { durationOfMs } from "../text/format.ts";
import { type HoldingNow, holdingNow } from "./holding-now.ts";
import { type Selection, selectionOf } from "./selection.ts";

/** The answer to the page's question: who held up the others. */
export function Headline({
  blockers: [worst],
  select,
}: {
  blockers: readonly Bar[];
  select: (selection: Selection) => void;
}) {
  const running = useStore(lab, (state) => state.running);
  const topics = useStore(lab, (state) => state.pipeline?.topics);
  const now = holdingNow(running, topics ?? []);
  if (now) return <HeadlineNow now={now} select={select} />;
  if (!worst) return <p class="headline">No order in view held up another.</p>;
  const { orderName, costMs, costMessages, operation, intensity } = worst;
  const work = [operation, intensity].filter(Boolean).join(", ");
  return (
    <p class="headline">
      <button type="button" class="order-name" onClick={() => select(selectionOf(worst))}>
        {orderName}
      </button>{" "}
      held up {counted(costMessages, "message")} for <strong>{durationOfMs(costMs)}</strong> in all, while it
      ran {durationOfMs(worst.endedAtMs - worst.startedAtMs)} in {stageName(worst.stage)}
      {work ? ` (${work})` : ""}.
    </p>
  );
}

/** While it happens: spans cannot tell yet. */
function HeadlineNow({ now, select }: { now: HoldingNow; select: (selection: Selection) => void }) {
  const name = lab.get().orders.get(now.order)?.name ?? "an order";
  const work = [now.operation, now.intensity].filter(Boolean).join(", ");
  return (
    <p class="headline">
      <button type="button" class="order-name" onClick={() => select({ order: now.order, bar: undefined })}>
        {name}
      </button>{" "}
      has been running for{" "}
      <strong>{durationOfMs(Math.max(0, Math.round((labNowMs() - now.startedAtMs) / 100) * 100))}</strong> in{" "}
      {stageName(now.stage)}
      {work ? ` (${work})` : ""}, and <strong>{counted(now.waiting, "message")}</strong>{" "}
      {now.waiting === 1 ? "waits" : "wait"} there.
    </p>
  );
}
