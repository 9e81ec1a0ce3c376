import { messageOf } from "../../core/errors.ts";
import { progressStream } from "../../core/terminal.ts";
import { burstOrderSeed } from "../../shared/pipeline/seed.ts";
import type { BurstPlan } from "../../traffic/order-plan.ts";
import { type BurstOutcome, runBurst } from "../../traffic/run-burst.ts";
import { chooseLab } from "../choose-lab.ts";
import { type Context, notice } from "../context.ts";
import { statePaths } from "../state/paths.ts";
import { prepareStateDir } from "../state/state-dir.ts";
import { progressText, showProgress } from "./burst-progress.ts";
import { saveLastBurst } from "./last-burst.ts";

/**
 * Sends a burst to the lab of this context, shows its progress on standard error, and saves its summary.
 *
 * @throws HoldupError HOLDUP_LAB_NOT_RUNNING
 */
export async function sendBurst(
  context: Context,
  burst: { plan: BurstPlan; timeoutMs?: number | undefined; signal: AbortSignal },
): Promise<BurstOutcome> {
  const { apiUrl } = await (await chooseLab(context)).address();
  let progress: { stop: () => void } | undefined;
  try {
    const outcome = await runBurst({
      ...burst,
      apiUrl,
      orderSeed: burstOrderSeed,
      onStart: (ledger) => {
        notice(context, announcement(burst.plan));
        progress = showProgress(progressStream(context), () => progressText(ledger));
      },
    });
    await save(context, outcome);
    return outcome;
  } finally {
    progress?.stop();
  }
}

function announcement({ count, ratePerSecond, seed }: BurstPlan): string {
  const rate = ratePerSecond === undefined ? "all at once" : `${ratePerSecond} a second`;
  const orders = count === 1 ? "1 order" : `${count} orders, ${rate}`;
  return `Sending ${orders} (seed ${seed}). Ctrl-C ends it and prints what is known so far.`;
}

/** The burst is over, so a summary that cannot be saved is only a notice. */
async function save(context: Context, { summary }: BurstOutcome): Promise<void> {
  try {
    const { stateDir } = context.config();
    // A Compose lab has no such folder. It must be marked as a lab's, or `start` would refuse it later.
    prepareStateDir(statePaths(stateDir));
    await saveLastBurst(stateDir, summary);
  } catch (thrown) {
    notice(context, `The burst's summary was not saved: ${messageOf(thrown)}`);
  }
}
