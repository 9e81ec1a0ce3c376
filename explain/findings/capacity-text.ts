import { counted, duration, listed, percent, rate } from "../../core/format.ts";
import type { Stage } from "./stages.ts";
import { unitOf, type WhatIf } from "./what-if.ts";

/** More slots that leave more than this share of the waiting do not help. */
export const helpfulShare = 0.9;
/** Consumers that spend at least this share of their time on other stages count as shared. */
const sharedShare = 0.05;
const maxTopicsNamed = 3;

export function isShared({ otherStages }: Stage): boolean {
  return otherStages.share >= sharedShare;
}

/** A sentence saying that the consumers also work for other stages; empty when they hardly do. */
export function sharedSentence(stage: Stage): string {
  if (!isShared(stage)) return "";
  const { topics, share } = stage.otherStages;
  const rest = topics.length - maxTopicsNamed;
  const others = listed(rest > 0 ? [...topics.slice(0, maxTopicsNamed), `${rest} more`] : topics);
  return ` Its consumers spent another ${percent(share)} of their time on ${topics.length === 1 ? "topic" : "topics"} ${others}.`;
}

/** `its consumers can handle 6.3/s, 1 message at a time` */
export function capacityText({
  finding: { slots, capacityPerSecond = 0 },
  slotsOnAverage,
  otherStages: { share },
}: Stage): string {
  const onAverage = slotsOnAverage.toFixed(1);
  const average = Number(onAverage) < slots ? ` (${onAverage} on average)` : "";
  const [own, beside] = share >= sharedShare ? [1 - share, " in the time that other topics leave"] : [1, ""];
  return `its consumers can handle ${rate(capacityPerSecond * own)}${beside}, ${counted(slots, "message")} at a time${average}`;
}

export function arrivalText({ finding: { arrivalsPerSecond } }: Stage, average = ""): string {
  return arrivalsPerSecond === undefined ? "all at once" : `${average}at ${rate(arrivalsPerSecond)}`;
}

/** What a slot for each partition or key would have saved; empty when nothing can be computed. */
export function slotsSentence(stage: Stage, ns: number, changed: WhatIf | undefined): string {
  const unit = unitOf(stage);
  if (!changed) return isShared(stage) ? " Consumers that handle only this topic would help." : "";
  if (unit === undefined) return "";
  if (changed.slotEach >= helpfulShare) {
    if (isShared(stage)) return " Consumers that handle only this topic would help.";
    const why = unit === "partition" ? "in their partition" : "with their key";
    return ` More consumers alone would not have helped: messages wait for others ${why}.`;
  }
  const how =
    unit === "partition"
      ? "With as many consumers as partitions, or as many partitions at a time"
      : "With as many messages at a time as there are keys";
  return ` ${how}, messages would have waited ${duration(ns * changed.slotEach)} instead of ${duration(ns)}.`;
}
