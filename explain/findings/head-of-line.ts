import type { SpanRun } from "../deliveries/delivery.ts";
import type { Costs } from "./blocker-costs.ts";

/** A run is long when it takes more than this many times the median, for each of its messages. */
export const longFactor = 4;

/** A long run and what it cost the messages of the stage. */
export type LongRun = {
  readonly run: SpanRun;
  /** What others waited while it ran. */
  readonly costNs: number;
  readonly messages: number;
  /** What others waited for the runs after it, until its consumer had no backlog any more. */
  readonly backlogNs: number;
};

/** Long runs that cost less than this share of the costliest one are not what holds up a stage. */
const comparableShare = 0.2;
/** This share of the waiting has to be explained by the long runs. */
const explainedShare = 0.5;

/** Run time of one message; a batch of many is not long for being many. */
export function runNsPerMessage({ startNs, endNs, messages }: SpanRun): number {
  return (endNs - startNs) / messages;
}

/**
 * The long runs that others waited for, the costliest first. A run is long when it takes more than `longFactor` times `medianNs`
 * for each of its messages.
 *
 *     one consumer  ├──── long ────┤├ 7 ┤├ 8 ┤├ 9 ┤     idle    ├ 10 ┤
 *     cost           others wait for it
 *     backlog                       what they wait for 7, 8, 9
 */
export function longRunsOf(
  runs: readonly SpanRun[],
  medianNs: number,
  costs: Costs,
  transportNs: number,
): LongRun[] {
  const found: LongRun[] = [];
  for (const ofConsumer of Map.groupBy(runs, ({ consumer }) => consumer).values()) {
    let last: { run: SpanRun; costNs: number; messages: number; backlogNs: number } | undefined;
    let busyUntilNs = Number.NEGATIVE_INFINITY;
    for (const run of ofConsumer.toSorted((a, b) => a.startNs - b.startNs)) {
      const { ns: costNs = 0, messages = 0 } = costs.get(run) ?? {};
      if (run.startNs > busyUntilNs + transportNs) last = undefined;
      busyUntilNs = Math.max(busyUntilNs, run.endNs);
      if (runNsPerMessage(run) > longFactor * medianNs) {
        last = { run, costNs, messages, backlogNs: 0 };
        if (costNs > 0) found.push(last);
      } else if (last) last.backlogNs += costNs;
    }
  }
  found.sort((a, b) => b.costNs + b.backlogNs - a.costNs - a.backlogNs);
  const [worst] = found;
  // Others that are long, as the first runs of a cold process are, but hardly held up anyone do not count.
  return worst ? found.filter(({ costNs }) => costNs >= worst.costNs * comparableShare) : [];
}

/** The fewest of the runs that explain half of the waiting; none when all of them explain less. */
export function fewestThatExplain(runs: readonly LongRun[], waitedNs: number): LongRun[] {
  let explainedNs = 0;
  const enough = runs.findIndex(({ costNs, backlogNs }) => {
    explainedNs += costNs + backlogNs;
    return explainedNs >= waitedNs * explainedShare;
  });
  return runs.slice(0, enough + 1);
}
