import { counted, durationOfMs, stageName } from "../../../core/format.ts";
import type { Bar } from "../../api.ts";
import { lab, labNowMs } from "../live/lab.ts";
import { useStore } from "../live/store.ts";
import { runOf, workOf } from "../text/delivery-text.ts";
import { BarButton } from "./bar-button.tsx";
import { type BlockerNow, blockerNow } from "./blockers.ts";
import type { Selecting } from "./selection.ts";

type Select = Pick<Selecting, "select">;

/** The worst blocker, now or in view. */
export function Headline({ blockers: [worst], select }: Select & { blockers: readonly Bar[] }) {
  const running = useStore(lab, (state) => state.running);
  const topics = useStore(lab, (state) => state.pipeline?.topics);
  const now = blockerNow(running, topics ?? []);
  if (now) return <HeadlineNow now={now} select={select} />;
  if (!worst) return <p class="headline">No order in view held up another.</p>;
  const { costMs, costMessages } = worst;
  return (
    <p class="headline">
      <BarButton bar={worst} select={select} /> held up {counted(costMessages, "message")} for{" "}
      <strong>{durationOfMs(costMs)}</strong> in total, while it ran for {runOf(worst)} in{" "}
      {stageName(worst.stage)}
      {inBrackets(workOf(worst))}.
    </p>
  );
}

/** While it is being handled there are no spans yet. */
function HeadlineNow({ now, select }: Select & { now: BlockerNow }) {
  const name = lab.get().orders.get(now.order)?.name ?? "an order";
  return (
    <p class="headline">
      <button type="button" class="order-name" onClick={() => select({ order: now.order, bar: undefined })}>
        {name}
      </button>{" "}
      has been running for{" "}
      <strong>{durationOfMs(Math.max(0, Math.round((labNowMs() - now.startedAtMs) / 100) * 100))}</strong> in{" "}
      {stageName(now.stage)}
      {inBrackets(workOf(now))}, and <strong>{counted(now.waiting, "message")}</strong>{" "}
      {now.waiting === 1 ? "waits" : "wait"} there.
    </p>
  );
}

function inBrackets(text: string): string {
  return text === "" ? "" : ` (${text})`;
}
