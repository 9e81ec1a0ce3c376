import { durationOfMs } from "../../../core/words.ts";

/** Work against waiting as one bar, as long as the order among the others. */
export function WorkAndWait({
  workMs,
  waitMs,
  longestMs,
}: {
  workMs: number;
  waitMs: number;
  longestMs: number;
}) {
  const share = (ms: number) => `${(100 * ms) / longestMs}%`;
  const text = `${durationOfMs(workMs)} of work, ${durationOfMs(waitMs)} of waiting`;
  return (
    <span class="work-and-wait" role="img" aria-label={text} title={text}>
      <span class="work" style={{ width: share(workMs) }} />
      <span class="waiting" style={{ width: share(waitMs) }} />
    </span>
  );
}
