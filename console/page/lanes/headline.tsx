import { counted, stageName } from "../../../explain/verdicts/words.ts";
import type { Bar } from "../../api.ts";
import { durationOfMs } from "../text/format.ts";
import { type Selection, selectionOf } from "./selection.ts";

/** The answer to the page's question: who held up the others. */
export function Headline({
  blockers: [worst],
  select,
}: {
  blockers: readonly Bar[];
  select: (selection: Selection) => void;
}) {
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
