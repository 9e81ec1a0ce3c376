import { capital, counted, duration, listed, stageName } from "../../core/format.ts";
import { aboutCause, causes } from "../causes.ts";
import type { DeliveryFinding, OpenFinding, OrderFinding } from "../explanation.ts";
import { blockerName } from "./blocker-names.ts";

/** Waiting shorter than this, or than a hundredth of the total, is not mentioned. */
const minMentionedNs = 5_000_000;
const maxBlockers = 3;
const blockingCauses = causes.filter((cause) => aboutCause[cause].blocks);
const otherCauses = causes.filter((cause) => !aboutCause[cause].blocks);
/** In a longer chain, only the stages with the longest waits are named. */
const maxStages = 4;

/** A delivery on the path of an order; `waitedNs` is the part of its wait that no later wait covers. */
export type Step = DeliveryFinding & { readonly waitedNs: number };

/** What happened to an order, in a few sentences. `path` leads to the delivery that ended last, `skewNs` is 0 for clocks that agree. */
export function orderSentence(
  order: Omit<OrderFinding, "sentence">,
  path: readonly Step[],
  open: readonly OpenFinding[],
  skewNs: number,
): string {
  const handled = open.length === 0 ? pathSentence(order, path) : underWaySentence(order, open);
  return handled + skewSentence(skewNs);
}

/** What an order that is under way does now, and for how long. */
function underWaySentence(
  { name, totalNs }: Omit<OrderFinding, "sentence">,
  open: readonly OpenFinding[],
): string {
  const parts = open.slice(0, maxStages).map(({ stage, startedAtNs, endedAtNs, waitNs, behind }) => {
    const where = stageName(stage);
    if (endedAtNs !== undefined)
      return `it was handled in ${where}, and the span of that has not arrived yet`;
    if (startedAtNs !== undefined)
      return `it is being handled in ${where}, after waiting ${duration(waitNs)}`;
    const reason = behind
      ? `; it is ${behind.cause === "same-partition" ? "behind" : "waiting for its consumer, which is busy with"} ${behind.order}, which has been running for ${duration(behind.runNs)}`
      : "; nothing shows what it waits for";
    return `it has waited ${duration(waitNs)} so far in ${where}${reason}`;
  });
  return `${capital(name)} has been under way for ${duration(totalNs)}: ${listed(parts)}.`;
}

function pathSentence(order: Omit<OrderFinding, "sentence">, path: readonly Step[]): string {
  const { name, totalNs, workNs } = order;
  const longEnough = path.filter(({ waitedNs }) => waitedNs >= Math.max(minMentionedNs, totalNs / 100));
  const waits = longestWaits(longEnough);
  const unknown = path.filter(({ wait }) => !wait).map(({ stage }) => stageName(stage));
  const failed = path.filter(({ failed: hasFailed }) => hasFailed).map(({ stage }) => stageName(stage));
  const gaps = [
    failed.length > 0 ? ` Its handling failed in ${listedInShort(failed)}.` : "",
    unknown.length > 0 ? ` Its waiting time in ${listedInShort(unknown)} is unknown.` : "",
  ].join("");
  if (waits.length === 0) {
    const hardly = unknown.length > 0 ? "" : " and hardly waited";
    return `${capital(name)} took ${duration(totalNs)}${hardly}.${longestWork(path)}${gaps}`;
  }
  const others = longEnough.filter((delivery) => !waits.includes(delivery));
  const waited = waits.map(({ waitedNs, stage }) => `${duration(waitedNs)} waiting in ${stageName(stage)}`);
  if (others.length > 0) {
    const ns = others.reduce((sum, { waitedNs }) => sum + waitedNs, 0);
    waited.push(`${duration(ns)} in ${counted(others.length, "more stage")}`);
  }
  const parts = [
    `${capital(name)} took ${duration(totalNs)}: ${duration(workNs)} of work, ${listed(waited)}.`,
  ];
  for (const delivery of waits) parts.push(...waitSentences(delivery, name, waits.length > 1));
  const [retried] = path.toSorted((a, b) => b.run.retryNs - a.run.retryNs);
  if (retried && retried.run.retryNs >= minMentionedNs) {
    parts.push(
      `Failed attempts and their back-off took ${duration(retried.run.retryNs)} of its run in ${stageName(retried.stage)}.`,
    );
  }
  return parts.join(" ") + gaps;
}

function skewSentence(ns: number): string {
  return ns > 0
    ? ` Its services' clocks differ by at least ${duration(ns)}, so its times are off by as much.`
    : "";
}

/** At most `maxStages`, in their order. */
function longestWaits(waits: readonly Step[]): readonly Step[] {
  if (waits.length <= maxStages) return waits;
  const longest = waits.toSorted((a, b) => b.waitedNs - a.waitedNs).slice(0, maxStages);
  return waits.filter((delivery) => longest.includes(delivery));
}

function listedInShort(names: readonly string[]): string {
  const rest = names.length - maxStages;
  return listed(rest > 1 ? [...names.slice(0, maxStages), `${rest} more`] : names);
}

/** The causes of a wait in one sentence, which names the stage when the order also waited in others. */
function waitSentences(
  { wait, stage, waitedNs, attempts }: Step,
  order: string,
  namesStage: boolean,
): string[] {
  if (!wait) return [];
  if (waitedNs < wait.ns) {
    return attempts > 1 ? [`An earlier attempt in ${stageName(stage)} had already sent it on.`] : [];
  }
  const minNs = Math.max(minMentionedNs, wait.ns / 50);
  const isLong = ({ ns }: { readonly ns: number }) => ns >= minNs;
  const named = wait.blockers.filter(isLong).slice(0, maxBlockers);
  const namedNs = named.reduce((ns, blocker) => ns + blocker.ns, 0);
  const blockedNs = blockingCauses.reduce((ns, cause) => ns + (wait.byCause[cause] ?? 0), 0);
  const parts = [
    ...named.map((blocker) => ({
      ns: blocker.ns,
      what: `${aboutCause[blocker.cause].phrase} ${blockerName(blocker, order)}`,
    })),
    {
      ns: blockedNs - namedNs,
      what: `behind ${wait.behind - named.length} ${named.length > 0 ? "more" : "others"}`,
    },
    ...otherCauses.map((cause) => ({ ns: wait.byCause[cause] ?? 0, what: aboutCause[cause].phrase })),
  ]
    .filter(isLong)
    .map(({ ns, what }, n) => `${duration(ns)} ${n === 0 && !namesStage ? "of that " : ""}${what}`);
  if (parts.length === 0) return [];
  const likely = wait.likelyNs > wait.ns / 2 ? " This is likely, not proven." : "";
  return [`${namesStage ? `In ${stageName(stage)}, ` : ""}${listed(parts)}.${likely}`];
}

/** The longest piece of work. */
function longestWork(path: readonly DeliveryFinding[]): string {
  const all = path.flatMap(({ stage, run }) => run.work.map((work) => ({ ...work, stage })));
  const [longest] = all.sort((a, b) => b.ns - a.ns);
  if (!longest) return "";
  const { operation, name, ns, stage } = longest;
  return ` Its longest work was \`${operation ?? name}\` in ${stageName(stage)} (${duration(ns)}).`;
}
