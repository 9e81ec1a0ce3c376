import { capital, duration, listed } from "../../core/words.ts";
import { aboutCause, causes } from "../causes.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import type { DeliveryFinding, OrderFinding } from "../explanation.ts";
import { maxOf, minOf } from "../extremes.ts";
import type { createFindings, Explained } from "./explained.ts";
import { blockerName, stageName } from "./words.ts";

/** Waiting shorter than this, or than a hundredth of the total, is not worth a sentence. */
const tellFromNs = 5_000_000;
const mostNamed = 3;
const blockingCauses = causes.filter((cause) => aboutCause[cause].blocks);
const otherCauses = causes.filter((cause) => !aboutCause[cause].blocks);
/** Of a long chain, so many stages are told of. */
const mostStages = 4;

/** One finding for each order, by start. */
export function orderFindings(
  explained: readonly Explained[],
  nameOf: (order: string) => string,
  findings: ReturnType<typeof createFindings>,
): OrderFinding[] {
  const orders = Map.groupBy(explained, ({ delivery }) => delivery.order);
  return [...orders].map(([id, ofOrder]) => {
    const path = pathOf(ofOrder);
    const [first] = ofOrder;
    const fromNs = minOf(ofOrder.map(({ delivery }) => delivery.rootNs));
    // Clocks that disagree may let it end before it began.
    const toNs = Math.max(fromNs, maxOf(ofOrder.map(({ delivery }) => delivery.run.endNs)));
    const waitedNs = waitedOnPath(path, { fromNs, toNs });
    const waitNs = waitedNs.reduce((sum, ns) => sum + ns, 0);
    const order = {
      id,
      name: nameOf(id),
      orderId: first?.delivery.orderId,
      traceId: first?.delivery.rootTraceId ?? "",
      fromAtNs: fromNs,
      toAtNs: toNs,
      totalNs: toNs - fromNs,
      waitNs,
      workNs: toNs - fromNs - waitNs,
      deliveries: ofOrder.map(findings.delivery),
    };
    const findingOf = new Map(ofOrder.map((one, n) => [one, order.deliveries[n]]));
    const steps = path.flatMap((one, n) => {
      const finding = findingOf.get(one);
      return finding ? [{ ...finding, waitedNs: waitedNs[n] ?? 0 }] : [];
    });
    const skewNs = maxOf(ofOrder.map(({ delivery }) => delivery.skewNs));
    return { ...order, sentence: sentenceOf(order, steps) + skewSentence(skewNs) };
  });
}

/** From the delivery that ended last back to the root. */
function pathOf(ofOrder: readonly Explained[]): Explained[] {
  const byDelivery = new Map<Delivery, Explained>(ofOrder.map((one) => [one.delivery, one]));
  const path: Explained[] = [];
  let at = ofOrder.reduce<Delivery | undefined>(
    (last, { delivery }) => (!last || delivery.run.endNs > last.run.endNs ? delivery : last),
    undefined,
  );
  for (; at; at = at.upstream) {
    const one = byDelivery.get(at);
    if (one) path.unshift(one);
  }
  return path;
}

/** A delivery on the path; `waitedNs` is the part of its wait in which nothing later on the path waited already. */
type Step = DeliveryFinding & { readonly waitedNs: number };

type Times = { readonly fromNs: number; readonly toNs: number };

/**
 * Of each wait on a path the part that no later one covers: they overlap where an attempt failed after it had sent its message on.
 *
 *     g    ──run 1──┤ failed, back-off ├──run 2──       counts up to the send
 *     h         sent ├─────── waits ──────────┤─run─    counts
 */
function waitedOnPath(path: readonly Explained[], order: Times): number[] {
  /** Disjoint, the earliest last. */
  const covered: Times[] = [];
  const waited = path.toReversed().map(({ delivery: { run }, wait }) => {
    const fromNs = Math.max(order.fromNs, run.startNs - (wait?.ns ?? 0));
    const toNs = Math.min(order.toNs, run.startNs);
    if (fromNs >= toNs) return 0;
    let [coveredNs, firstNs, lastNs] = [0, fromNs, toNs];
    const earlier: Times[] = [];
    for (let next = covered.at(-1); next && next.fromNs < toNs; next = covered.at(-1)) {
      covered.pop();
      if (next.toNs <= fromNs) {
        earlier.push(next);
        continue;
      }
      coveredNs += Math.min(toNs, next.toNs) - Math.max(fromNs, next.fromNs);
      firstNs = Math.min(firstNs, next.fromNs);
      lastNs = Math.max(lastNs, next.toNs);
    }
    covered.push({ fromNs: firstNs, toNs: lastNs });
    for (const one of earlier.reverse()) covered.push(one);
    return toNs - fromNs - coveredNs;
  });
  return waited.reverse();
}

function skewSentence(ns: number): string {
  return ns > 0
    ? ` The clocks of its services disagree by ${duration(ns)} at least, so its times are wrong by as much.`
    : "";
}

/** What happened to an order, as a person would say it. */
function sentenceOf(order: Omit<OrderFinding, "sentence">, path: readonly Step[]): string {
  const { name, totalNs, workNs } = order;
  const worthTelling = path.filter(({ waitedNs }) => waitedNs >= Math.max(tellFromNs, totalNs / 100));
  const waits = longestWaits(worthTelling);
  const unknown = path.filter(({ wait }) => !wait).map(({ stage }) => stageName(stage));
  const failed = path.filter(({ failed: hasFailed }) => hasFailed).map(({ stage }) => stageName(stage));
  const gaps = [
    failed.length > 0 ? ` Its handling failed in ${listedInShort(failed)}.` : "",
    unknown.length > 0 ? ` How long it waited in ${listedInShort(unknown)} is not known.` : "",
  ].join("");
  if (waits.length === 0) {
    const hardly = unknown.length > 0 ? "" : " and hardly waited";
    return `${capital(name)} took ${duration(totalNs)}${hardly}.${longestWork(path)}${gaps}`;
  }
  const others = worthTelling.filter((delivery) => !waits.includes(delivery));
  const waited = waits.map(({ waitedNs, stage }) => `${duration(waitedNs)} waiting in ${stageName(stage)}`);
  if (others.length > 0) {
    const ns = others.reduce((sum, { waitedNs }) => sum + waitedNs, 0);
    waited.push(`${duration(ns)} in ${others.length} more`);
  }
  const parts = [
    `${capital(name)} took ${duration(totalNs)}: ${duration(workNs)} of work, ${listed(waited)}.`,
  ];
  for (const delivery of waits) parts.push(...waitSentences(delivery, name, waits.length > 1));
  const [retried] = path.toSorted((a, b) => b.run.retryNs - a.run.retryNs);
  if (retried && retried.run.retryNs >= tellFromNs) {
    parts.push(
      `Failed attempts and their back-off took ${duration(retried.run.retryNs)} of its run in ${stageName(retried.stage)}.`,
    );
  }
  return parts.join(" ") + gaps;
}

/** In their order. */
function longestWaits(waits: readonly Step[]): readonly Step[] {
  if (waits.length <= mostStages) return waits;
  const longest = waits.toSorted((a, b) => b.waitedNs - a.waitedNs).slice(0, mostStages);
  return waits.filter((delivery) => longest.includes(delivery));
}

function listedInShort(names: readonly string[]): string {
  const rest = names.length - mostStages;
  return listed(rest > 1 ? [...names.slice(0, mostStages), `${rest} more`] : names);
}

/** What a wait was made of, in one sentence; `named` when the order waited in other stages, too. */
function waitSentences({ wait, stage, waitedNs, attempts }: Step, order: string, named: boolean): string[] {
  if (!wait) return [];
  if (waitedNs < wait.ns) {
    return attempts > 1 ? [`An earlier attempt in ${stageName(stage)} had sent it on already.`] : [];
  }
  const leastNs = Math.max(tellFromNs, wait.ns / 50);
  const worth = ({ ns }: { readonly ns: number }) => ns >= leastNs;
  const told = wait.blockers.filter(worth).slice(0, mostNamed);
  const toldNs = told.reduce((ns, blocker) => ns + blocker.ns, 0);
  const blockedNs = blockingCauses.reduce((ns, cause) => ns + (wait.byCause[cause] ?? 0), 0);
  const parts = [
    ...told.map((blocker) => ({
      ns: blocker.ns,
      what: `${aboutCause[blocker.cause].phrase} ${blockerName(blocker, order)}`,
    })),
    {
      ns: blockedNs - toldNs,
      what: `behind ${wait.behind - told.length} ${told.length > 0 ? "more" : "others"}`,
    },
    ...otherCauses.map((cause) => ({ ns: wait.byCause[cause] ?? 0, what: aboutCause[cause].phrase })),
  ]
    .filter(worth)
    .map(({ ns, what }, n) => `${duration(ns)} ${n === 0 && !named ? "of that " : ""}${what}`);
  if (parts.length === 0) return [];
  const likely = wait.likelyNs > wait.ns / 2 ? " This is likely, not proven." : "";
  return [`${named ? `In ${stageName(stage)}, ` : ""}${listed(parts)}.${likely}`];
}

/** What it was busy with most. */
function longestWork(path: readonly DeliveryFinding[]): string {
  const all = path.flatMap(({ stage, run }) => run.work.map((work) => ({ ...work, stage })));
  const [longest] = all.sort((a, b) => b.ns - a.ns);
  if (!longest) return "";
  const { operation, name, ns, stage } = longest;
  return ` Its longest work was \`${operation ?? name}\` in ${stageName(stage)} (${duration(ns)}).`;
}
