import { createProgress, type ProgressStream } from "../../core/progress.ts";
import type { Ledger } from "../../traffic/ledger.ts";

const everyMs = 250;

/** Shows a text as progress, refreshed a few times a second, until `stop`. */
export function showProgress(stream: ProgressStream, text: () => string): { stop: () => void } {
  const progress = createProgress(stream);
  const timer = setInterval(() => progress.now(text()), everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      progress.clear();
    },
  };
}

/** Progress of a burst: counts of orders by state. */
export function progressText(ledger: Ledger): string {
  const { unsent, sent, failed, unknown, accepted, analysed, dead } = ledger.counts();
  const total = ledger.records().length;
  return [
    `${total - unsent}/${total} sent`,
    `${accepted + analysed + dead} accepted`,
    `${analysed} analysed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(dead > 0 ? [`${dead} dead`] : []),
    ...(sent > 0 ? [`${sent} unanswered`] : []),
  ].join(", ");
}
