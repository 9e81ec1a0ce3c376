import { deliveriesOf } from "./deliveries/deliveries.ts";
import type { Delivery } from "./deliveries/delivery.ts";
import type { Explanation } from "./explanation.ts";
import { maxOf, minOf } from "./extremes.ts";
import { blockersOf } from "./findings/blockers.ts";
import { costsTo } from "./findings/costs.ts";
import { createFindings, explainDeliveries } from "./findings/explained.ts";
import { missingOf, skewsOf } from "./findings/missing.ts";
import { orderFindings } from "./findings/orders.ts";
import { problemsOf } from "./findings/problems.ts";
import { stagesOf } from "./findings/stages.ts";
import type { Problem, Span } from "./span.ts";
import { createTraceTable, type TraceTable } from "./spans/trace-table.ts";
import { createLanes } from "./waits/lanes.ts";

export type ExplainOptions = {
  /** The longest time that a poll and a fetch are taken to need, ms; longer idle times are `unexplained`. Default 50. */
  readonly transportMs?: number;
  /**
   * A wait is listed segment by segment up to so many; all others have their sums and worst blockers. Default 20; of more
   * than 10,000 deliveries none is listed.
   */
  readonly maxSegments?: number;
  /** Default 20. */
  readonly maxBlockers?: number;
  /**
   * Tells of these orders only; all spans still count for what held them up. Asked for each delivery; an order is told of
   * when one of its deliveries is wanted. Default: of all.
   */
  readonly only?: (order: {
    readonly id: string;
    /** Of the order's root. */
    readonly traceId: string;
    /** Of the delivery: another one where the trace context is not handed on. */
    readonly runTraceId: string;
    readonly fromMs: number;
  }) => boolean;
  /** Names of orders by their id or trace, instead of `order 1`, `order 2`, … by start. Others go by their ids then. */
  readonly names?: ReadonlyMap<string, string>;
  /** What a reader could not use; passed on. */
  readonly input?: readonly Problem[];
};

const manyDeliveries = 10_000;

/**
 * Says which message held up which, for how long and why.
 *
 * Takes spans of any tracing system, in any order; those that have nothing to do with messages are allowed and help to name
 * what a handler was busy with. Never throws for what is in the spans: what is wrong is in `input` and `missing`.
 */
export function explain(spans: Iterable<Span>, options: ExplainOptions = {}): Explanation {
  const explainer = createExplainer(options);
  for (const span of spans) explainer.add(span);
  return explainer.finish();
}

/** The same for spans that come little by little. */
export function createExplainer(options: ExplainOptions = {}) {
  const table = createTraceTable();
  return {
    add: table.add,
    /** Call once. `input` is what a reader has told by then. */
    finish(input: readonly Problem[] = options.input ?? []): Explanation {
      return explainRead(readTable(table.finish()), { ...options, input });
    },
  };
}

/** What is left of the spans once deliveries have been made of them: their memory is free then. */
function readTable(table: TraceTable) {
  return {
    ...deliveriesOf(table),
    originMs: Number(table.originNs / 1_000_000n),
    spans: table.spans,
    traces: table.traces.size,
    problems: table.problems.list(),
    gaps: table.gaps.list(),
  };
}

function explainRead(read: ReturnType<typeof readTable>, options: ExplainOptions): Explanation {
  const { transportMs = 50, maxBlockers = 20, only = () => true, input = [] } = options;
  const { deliveries, unprocessed, originMs } = read;
  const runs = [...new Set(deliveries.flatMap(({ attempts }) => attempts))];
  const lanes = createLanes(runs, { transportNs: Math.round(transportMs * 1e6) });
  const nameOf = namesOf(deliveries, options.names);
  const wanted = new Set(
    deliveries
      .filter(({ order, rootTraceId, rootNs, run }) =>
        only({
          id: order,
          traceId: rootTraceId,
          runTraceId: run.traceId,
          fromMs: originMs + rootNs / 1e6,
        }),
      )
      .map(({ order }) => order),
  );
  const costs = costsTo(deliveries, lanes);
  const explained = explainDeliveries(deliveries, lanes, costs);
  const told = explained.filter(({ delivery }) => wanted.has(delivery.order));
  const window = {
    fromAtNs: told.length > 0 ? minOf(told.map(({ delivery }) => delivery.rootNs)) : 0,
    toAtNs:
      told.length > 0 ? maxOf(told.map(({ delivery }) => Math.max(delivery.rootNs, delivery.run.endNs))) : 0,
  };
  // A stage was as busy as it was, whoever's orders it handled.
  const meanwhile = explained.filter(
    ({ delivery: { run, availableNs = run.startNs } }) =>
      told.length > 0 && run.endNs >= window.fromAtNs && availableNs <= window.toAtNs,
  );
  const stages = stagesOf(meanwhile, lanes);
  const { maxSegments = told.length > manyDeliveries ? 0 : 20 } = options;
  const findings = createFindings(nameOf, maxSegments);
  const toldOf = told.map(({ delivery }) => delivery);
  const blockers = blockersOf(deliveries, told.length === explained.length ? costs : costsTo(toldOf, lanes));
  return {
    schema: "holdup.explain/1",
    origin: new Date(originMs).toISOString(),
    window: {
      ...window,
      spans: read.spans,
      traces: read.traces,
      handled: deliveries.length,
      orders: wanted.size,
      deliveries: told.length,
      blockers: blockers.length,
    },
    problems: stages.flatMap(problemsOf).sort((a, b) => b.ns - a.ns),
    orders: orderFindings(told, nameOf, findings).sort((a, b) => a.fromAtNs - b.fromAtNs),
    blockers: blockers.slice(0, maxBlockers).map(findings.blocker),
    stages: stages.map(({ finding }) => finding),
    missing: missingOf(stages, unprocessed),
    skews: skewsOf(deliveries),
    input: [...input, ...read.problems],
    gaps: read.gaps,
  };
}

/** Digits of an id that tell it apart: those of a UUID up to its first hyphen. */
const idShown = 8;

/** Names orders by the start of their roots. */
function namesOf(
  deliveries: readonly Delivery[],
  given?: ReadonlyMap<string, string>,
): (order: string) => string {
  const roots = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    const known = roots.get(delivery.order);
    if (!known || delivery.rootNs < known.rootNs) roots.set(delivery.order, delivery);
  }
  const sorted = [...roots.values()].sort((a, b) => a.rootNs - b.rootNs || (a.order < b.order ? -1 : 1));
  const names = new Map(
    sorted.map(({ order, rootTraceId }, n) => [
      order,
      given?.get(order) ?? given?.get(rootTraceId) ?? `order ${given ? order.slice(0, idShown) : n + 1}`,
    ]),
  );
  return (order) => names.get(order) ?? order;
}
