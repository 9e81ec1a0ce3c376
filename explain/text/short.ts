import { capital, counted, duration } from "../../core/words.ts";
import type { BlockerFinding, Explanation } from "../explanation.ts";
import type { TextOptions } from "./explanation.ts";
import { harmless } from "./harmless.ts";
import { laneLines } from "./lanes.ts";
import { wrap } from "./layout.ts";
import { cpuOf, memoryOf, stageNames, workOf } from "./names.ts";
import { paintWith } from "./paint.ts";
import { problemInShort } from "./problems.ts";

/** The heart of an explanation: the costliest problem, the worst blocker, and the lanes. */
export function shortLines(explanation: Explanation, options: TextOptions): string[] {
  const width = Math.max(40, options.width);
  const names = stageNames(explanation.stages);
  const [problem] = explanation.problems;
  const [blocker] = explanation.blockers;
  return [
    ...laneLines(explanation, width, paintWith(options.hasColour)),
    "",
    ...wrap(problem ? problemInShort(problem, names(problem)) : "No order held up others for long.", width),
    ...(problem && blocker ? wrap(blockerInShort(blocker, names(blocker)), width) : []),
  ];
}

function blockerInShort(blocker: BlockerFinding, stage: string): string {
  const { order, runNs, cost } = blocker;
  const work = workOf(blocker);
  const cpu = cpuOf(blocker);
  const used = [cpu && `${cpu} of a core`, memoryOf(blocker)].filter((part) => part !== "").join(" and ");
  return `${capital(harmless(order))} cost others most: it ran ${duration(runNs)} in ${stage}${work ? `, most of it ${work}${used ? `, at ${used}` : ""}` : ""}, and ${counted(cost.messages, "message")} waited ${duration(cost.ns)} for it.`;
}
