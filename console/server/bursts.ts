import { randomInt, randomUUID } from "node:crypto";
import { HoldupError } from "../../core/errors.ts";
import { maxSeed } from "../../shared/pipeline/order.ts";
import { burstOrderSeed } from "../../shared/pipeline/seed.ts";
import type { Logger } from "../../shared/telemetry/log.ts";
import { type Forcing, readForcing } from "../../traffic/forcing.ts";
import type { Ledger } from "../../traffic/ledger.ts";
import type { BurstPlan } from "../../traffic/order-plan.ts";
import type { BurstProgress } from "../api.ts";
import type { BurstRequest } from "./burst-request.ts";

const reportEveryMs = 250;

/** Sends bursts to the order API, one at a time, and reports their progress. */
export function createBursts(options: {
  readonly apiUrl: string;
  readonly onProgress: (progress: BurstProgress) => void;
  readonly log: Logger;
}) {
  const { apiUrl, onProgress, log } = options;
  let last: BurstProgress | undefined;
  let underWay: { readonly ending: AbortController; readonly ended: Promise<void> } | undefined;

  function report(progress: BurstProgress): void {
    if (last && isSame(last, progress)) return;
    last = progress;
    onProgress(progress);
  }

  /** Resolves when sending has begun; the burst runs until all its orders have ended. */
  async function begin(plan: BurstPlan): Promise<BurstProgress> {
    const ending = new AbortController();
    const begun = Promise.withResolvers<BurstProgress>();
    const id = randomUUID();
    const startedAtMs = Date.now();
    let timer: NodeJS.Timeout | undefined;
    let progress: ((ended: boolean) => BurstProgress) | undefined;
    // Loaded with the first burst: an idle console does not need its histograms.
    const running = import("../../traffic/run-burst.ts").then(({ runBurst }) =>
      runBurst({
        plan,
        apiUrl,
        orderSeed: burstOrderSeed,
        signal: ending.signal,
        onStart(ledger) {
          const now = (ended: boolean) => progressOf(ledger, { id, plan, startedAtMs, ended });
          progress = now;
          timer = setInterval(() => report(now(false)), reportEveryMs);
          report(now(false));
          begun.resolve(now(false));
        },
      }),
    );
    const ended = running
      .then(({ summary }) => log.info({ burst: id, counts: summary.counts }, `burst ended: ${summary.ended}`))
      .catch((thrown: unknown) => {
        log.warn({ err: thrown, burst: id }, "burst failed");
        begun.reject(thrown);
      })
      .finally(() => {
        clearInterval(timer);
        underWay = undefined;
        if (progress) report(progress(true));
      });
    underWay = { ending, ended };
    return begun.promise;
  }

  return {
    /** The latest burst, running or ended. */
    last: () => last,
    /**
     * @throws HoldupError HOLDUP_BURST_INVALID, HOLDUP_BURST_UNDER_WAY, HOLDUP_LAB_NOT_RUNNING when no order API answers
     */
    async start(request: BurstRequest): Promise<BurstProgress> {
      const plan = planOf(request);
      if (underWay) {
        throw new HoldupError(
          "HOLDUP_BURST_UNDER_WAY",
          "A burst from this console is still running. Wait until it ends, or end it first.",
        );
      }
      return begin(plan);
    },
    /** Ends the running burst; orders already sent are still handled. */
    end: () => underWay?.ending.abort(),
    async stop(): Promise<void> {
      underWay?.ending.abort();
      await underWay?.ended;
    },
  };
}

function planOf({ count, rate, items = count, seed, force = [] }: BurstRequest): BurstPlan {
  const forcings = force.map(forcing);
  const beyond = forcings.find(({ order }) => order !== "all" && order > count);
  if (beyond) {
    throw new HoldupError(
      "HOLDUP_BURST_INVALID",
      `force: there is no order ${beyond.order} in a burst of ${count}.`,
    );
  }
  return {
    count,
    ratePerSecond: rate,
    items: Math.min(items, count),
    seed: seed ?? randomInt(maxSeed + 1),
    forcings,
  };
}

function forcing(text: string): Forcing {
  try {
    return readForcing(text);
  } catch (thrown) {
    const why = thrown instanceof HoldupError ? thrown.message.replace(/^--force/, "force") : String(thrown);
    throw new HoldupError("HOLDUP_BURST_INVALID", why, { cause: thrown });
  }
}

function progressOf(
  ledger: Ledger,
  { plan, ...rest }: { id: string; plan: BurstPlan; startedAtMs: number; ended: boolean },
): BurstProgress {
  const { unsent, accepted, analysed, dead } = ledger.counts();
  return {
    ...rest,
    seed: plan.seed,
    count: plan.count,
    sent: plan.count - unsent,
    accepted: accepted + analysed + dead,
    done: analysed,
    dead,
    orders: ledger.records().flatMap(({ orderId }) => orderId ?? []),
  };
}

function isSame(a: BurstProgress, b: BurstProgress): boolean {
  return (
    a.id === b.id &&
    a.sent === b.sent &&
    a.accepted === b.accepted &&
    a.done === b.done &&
    a.dead === b.dead &&
    a.ended === b.ended
  );
}
