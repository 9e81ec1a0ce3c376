import { burstOrderSeed } from "../../shared/pipeline/seed.ts";
import type { BurstPlan } from "../../traffic/order-plan.ts";
import { type BurstOutcome, runBurst } from "../../traffic/run-burst.ts";
import { type Context, notice } from "../context.ts";
import { statePaths } from "../embedded/state/paths.ts";
import { prepareStateDir } from "../embedded/state/state-dir.ts";
import { readLabConfig } from "../settings/lab-config.ts";
import { progressStream } from "../system/terminal.ts";
import { labAddress } from "./api-address.ts";
import { progressText, showProgress } from "./burst-progress.ts";
import { saveLastBurst } from "./last-burst.ts";

/**
 * Sends a burst to the lab of this context, shows how far it is on standard error, and keeps its summary.
 *
 * @throws HoldupError HOLDUP_LAB_NOT_RUNNING
 */
export async function sendBurst(
  context: Context,
  burst: { plan: BurstPlan; timeoutMs?: number | undefined; signal: AbortSignal },
): Promise<BurstOutcome> {
  const { apiUrl } = await labAddress(context);
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
    await keep(context, outcome);
    return outcome;
  } finally {
    progress?.stop();
  }
}

function announcement({ count, ratePerSecond, seed }: BurstPlan): string {
  const rate = ratePerSecond === undefined ? "all at once" : `${ratePerSecond} a second`;
  const orders = count === 1 ? "1 order" : `${count} orders, ${rate}`;
  return `Sending ${orders} (seed ${seed}). Ctrl-C tells what is known by then.`;
}

/** The burst is over by now, so that a summary that cannot be kept is worth a notice, not a failure. */
async function keep(context: Context, { summary }: BurstOutcome): Promise<void> {
  try {
    const { stateDir } = readLabConfig(context.env, context.root);
    // A lab may run without this folder, in Compose; unmarked, the folder would later be refused by `start`.
    prepareStateDir(statePaths(stateDir));
    await saveLastBurst(stateDir, summary);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    notice(context, `The burst's summary is not kept: ${why}`);
  }
}
