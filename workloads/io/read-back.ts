import { HoldupError } from "../../core/errors.ts";

/** @throws HoldupError HOLDUP_WORKLOAD_WRONG_RESULT unless `read` equals `written`; `where` is named in the message */
export function mustEqual(read: string | number | null, written: string | number, where: string): void {
  if (read === written) return;
  const shown = read === null ? "nothing" : JSON.stringify(read).slice(0, 60);
  throw new HoldupError(
    "HOLDUP_WORKLOAD_WRONG_RESULT",
    `${where} returned ${shown} instead of ${JSON.stringify(written).slice(0, 60)}. Is another program writing there?`,
  );
}
