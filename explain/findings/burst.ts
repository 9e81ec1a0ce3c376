import { arrivalText, capacityText, slotsSentence } from "./capacity-text.ts";
import type { StageProblem } from "./stage-problem.ts";
import type { Stage } from "./stages.ts";
import type { WhatIf } from "./what-if.ts";

/** Messages that wait at least this long count as held up. */
const heldUpNs = 100_000_000;
/** Bunches make at least this share of the waiting even if no run is longer than the median. */
const bunchedShare = 0.4;
/** A cause of this share of the waiting made the burst. */
const decisiveShare = 0.5;

/** Where messages wait less than half a run on average, they hardly wait. */
export function isWorthNaming({ finding: { deliveries, runNs } }: Stage, ns: number): boolean {
  return ns / deliveries >= (runNs?.p50 ?? 0) / 2;
}

/** Had the runs been even, messages that do not come in bunches would hardly have waited. */
export function isBunched(stage: Stage, ns: number, changed: WhatIf | undefined): boolean {
  return (
    causeOfBurst(stage, ns) !== "unknown" || (changed !== undefined && changed.atMedian() >= bunchedShare)
  );
}

/** Messages arrived together, and the last ones waited for the first, although on average there is time for all. */
export function burstProblem(stage: Stage, ns: number, changed: WhatIf | undefined): StageProblem {
  const cause = causeOfBurst(stage, ns);
  const arriving = `Messages came in bunches, ${arrivalText(stage, "on average ")}; ${capacityText(stage)}.`;
  const why = {
    rebalance: `${arriving} They had piled up while no consumer had their partition.`,
    upstream: `${arriving} The stage before sent them together after it had held them up.`,
    unknown: arriving,
  };
  const help = {
    rebalance: "Without the rebalance there would be no backlog to work off.",
    upstream: "Cure the stage before; then they arrive one by one.",
    unknown: "Find out why they arrive together, or accept the wait: on average there is time for all.",
  };
  return {
    class: "burst",
    ns,
    why: why[cause],
    help: `${help[cause]}${slotsSentence(stage, ns, changed)}`,
  };
}

function causeOfBurst({ finding, explained }: Stage, ns: number): "rebalance" | "upstream" | "unknown" {
  if ((finding.waitByCause.rebalance ?? 0) >= ns) return "rebalance";
  let [fromUpstreamNs, allNs] = [0, 0];
  for (const { wait, delivery } of explained) {
    const { upstream } = delivery;
    const ownNs = wait?.ns ?? 0;
    allNs += ownNs;
    const heldNs =
      upstream?.availableNs === undefined ? 0 : Math.max(0, upstream.run.startNs - upstream.availableNs);
    if (heldNs >= heldUpNs || (upstream && upstream.run.messages > 1)) fromUpstreamNs += ownNs;
  }
  return allNs > 0 && fromUpstreamNs >= allNs * decisiveShare ? "upstream" : "unknown";
}
