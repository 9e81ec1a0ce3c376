import { deliveriesOf } from "./deliveries/deliveries.ts";
import type { Delivery } from "./deliveries/delivery.ts";
import type { OpenMessage } from "./deliveries/open-messages.ts";
import type { Present } from "./deliveries/present.ts";
import { keepBars } from "./drawing.ts";
import type { Explanation } from "./explanation.ts";
import { maxOf, minOf } from "./extremes.ts";
import { blockersOf, costsTo } from "./findings/blocker-costs.ts";
import { createDeliveryFindings } from "./findings/delivery-findings.ts";
import { cutWaits, type Explained } from "./findings/explained.ts";
import { missingOf, skewsOf } from "./findings/missing.ts";
import { openFindings } from "./findings/open-findings.ts";
import { orderFindings, orderNames, type Rooted } from "./findings/orders.ts";
import { problemsOf } from "./findings/problems.ts";
import { servicesOf } from "./findings/services.ts";
import { stagesOf } from "./findings/stages.ts";
import type { Problem, Span } from "./span.ts";
import type { SpanBatch } from "./spans/span-batch.ts";
import type { ReadReport } from "./spans/span-reader.ts";
import { createTraceTable, type TraceTable } from "./spans/trace-table.ts";
import { schemaVersion } from "./version.ts";
import { createLanes } from "./waits/lanes.ts";
import { once } from "./waits/range-index.ts";

export type ExplainOptions = {
  /** The longest time that a poll and a fetch may take, ms; longer idle times are `unexplained`. Default 50. */
  readonly transportMs?: number;
  /**
   * Waits with up to this many segments list them; all others have only their sums and worst blockers. Default 20, or 0 when
   * more than 10,000 deliveries are reported.
   */
  readonly maxSegments?: number;
  /** Default 20. */
  readonly maxBlockers?: number;
  /**
   * Selects the orders to report. It is called for each delivery; an order is reported when it returns true for one of them.
   * All spans still count as possible blockers. Default: all orders.
   */
  readonly only?: (order: {
    readonly id: string;
    /** Trace of the order's root. */
    readonly traceId: string;
    /** Trace of the delivery: a different one where the trace context is not propagated. */
    readonly runTraceId: string;
    /** Start of the order's root, ms since the Unix epoch. */
    readonly fromMs: number;
  }) => boolean;
  /**
   * Names of orders by their id or trace id. Without it, orders are `order 1`, `order 2`, … by start; with it, orders that
   * it does not name get a name from their id.
   */
  readonly names?: ReadonlyMap<string, string>;
  /** Input that a reader could not use; copied into the explanation. */
  readonly input?: readonly Problem[];
} & Present;

/** Spans whose memory is worth collecting at once. */
const manySpans = 200_000;
/** When more deliveries than this are reported, their segments are not listed by default. */
const manyDeliveries = 10_000;

/**
 * Explains which message held up which, for how long and why.
 *
 * Accepts spans of any tracing system, in any order. Spans that are not about messages are useful too: they show what a handler
 * was doing. Never throws because of the spans: problems with them are in `input` and `missing`.
 */
export function explain(spans: Iterable<Span>, options: ExplainOptions = {}): Explanation {
  const explainer = createExplainer(options);
  for (const span of spans) explainer.add(span);
  return explainer.finish();
}

export type Explainer = {
  readonly add: (span: Span) => void;
  /** Call once. `input` has the problems that a reader has reported. */
  readonly finish: (input?: readonly Problem[]) => Explanation;
};

/** `explain` for spans that arrive one by one. */
export function createExplainer(options: ExplainOptions = {}): Explainer {
  return createPartsExplainer(options);
}

/** Spans, or what another thread made of them. */
export type ReadPart = readonly Span[] | SpanBatch | ReadReport;

type PartsExplainer = Pick<Explainer, "add"> & {
  readonly take: (part: ReadPart) => void;
  /** Call once; `present` is what is known when all has been read. */
  readonly finish: (input?: readonly Problem[], present?: Present) => Explanation;
};

/** `explain` for what a reader yields. */
export function createPartsExplainer(options: ExplainOptions = {}): PartsExplainer {
  const table = createTraceTable();
  return {
    add: table.add,
    take(part) {
      if ("idEnds" in part) table.addBatch(part);
      else if ("gaps" in part) table.addReport(part);
      else for (const span of part) table.add(span);
    },
    finish(input = options.input ?? [], present = {}) {
      const all = { ...options, ...present };
      return explainDeliveries(readTable(table.finish(), all), { ...all, input });
    },
  };
}

/** Everything needed after deliveries are built, so that the spans' memory can be freed. */
function readTable(table: TraceTable, options: ExplainOptions) {
  const read = deliveriesOf(table, options, transportNsOf(options));
  return {
    ...read,
    services: servicesOf(table, read),
    originMs: Number(table.originNs / 1_000_000n),
    spans: table.spans,
    traces: table.traces.size,
    problems: table.problems.list(),
    gaps: table.gaps.list(),
  };
}

function transportNsOf({ transportMs = 50 }: ExplainOptions): number {
  return Math.round(transportMs * 1e6);
}

function explainDeliveries(read: ReturnType<typeof readTable>, options: ExplainOptions): Explanation {
  const { maxBlockers = 20, input = [] } = options;
  const { deliveries, originMs } = read;
  // Only the command has it: most of the memory is free now, and collecting it later takes longer.
  if (read.spans >= manySpans) globalThis.gc?.();
  const { messages: openMessages, atNs } = read.open;
  const nameOf = orderNames([...deliveries, ...openMessages], options.names);
  const orders = selectOrders([...deliveries, ...openMessages], originMs, options.only);
  const open = openFindings(read.open, orders, nameOf);

  const runs = runsOf(deliveries).filter(({ goesOnNs }) => goesOnNs === undefined);
  const lanes = createLanes(runs, { transportNs: transportNsOf(options) });
  const costs = costsTo(deliveries, lanes);
  const explained = cutWaits(deliveries, lanes, costs);

  const reported = explained.filter(({ delivery }) => orders.has(delivery.order));
  const period = periodOf(reported, [...open.roots.values()], atNs);
  const { maxSegments = reported.length > manyDeliveries ? 0 : 20 } = options;
  const findings = createDeliveryFindings(nameOf, maxSegments);
  const stages = stagesOf(activeIn(period, explained), lanes, costs, findings.nameOfRun);
  const isAll = reported.length === explained.length;
  const reportedDeliveries = reported.map(({ delivery }) => delivery);
  const blockers = blockersOf(deliveries, isAll ? costs : costsTo(reportedDeliveries, lanes));

  const orderFindingsOf = once(() =>
    orderFindings(reported, open.findings, open.roots, atNs, nameOf, findings).sort(
      (a, b) => a.fromAtNs - b.fromAtNs,
    ),
  );
  const explanation: Explanation = {
    schema: schemaVersion,
    origin: new Date(originMs).toISOString(),
    window: {
      fromAtNs: period?.fromNs ?? 0,
      toAtNs: period?.toNs ?? 0,
      spans: read.spans,
      traces: read.traces,
      handled: deliveries.length,
      orders: orders.size,
      underWay: new Set([...open.roots.values()].map(({ order }) => order)).size,
      deliveries: reported.length,
      blockers: blockers.length,
    },
    open: { atNs, messages: open.findings },
    problems: stages.flatMap(problemsOf).sort((a, b) => b.ns - a.ns),
    // A text prints few of them.
    get orders() {
      return orderFindingsOf();
    },
    blockers: blockers.slice(0, maxBlockers).map(findings.blocker),
    stages: stages.map(({ finding }) => finding),
    missing: missingOf(stages, read.fetchedOnly),
    services: read.services,
    skews: skewsOf(deliveries),
    input: [...input, ...read.problems],
    gaps: read.gaps,
  };
  keepBars(explanation, () => reported.map(findings.bar));
  return explanation;
}

/** Ids of the orders to report. */
function selectOrders(
  messages: readonly (Delivery | OpenMessage)[],
  originMs: number,
  only: ExplainOptions["only"] = () => true,
): ReadonlySet<string> {
  const selected = messages.filter((message) =>
    only({
      id: message.order,
      traceId: message.rootTraceId,
      runTraceId: "run" in message ? message.run.traceId : message.traceId,
      fromMs: originMs + message.rootNs / 1e6,
    }),
  );
  return new Set(selected.map(({ order }) => order));
}

/** All attempts, each once: a batch is an attempt of several deliveries. */
function runsOf(deliveries: readonly Delivery[]) {
  return [...new Set(deliveries.flatMap(({ attempts }) => attempts))];
}

type Period = { readonly fromNs: number; readonly toNs: number };

/** From the start of the first order to the end of the last run, or until now; undefined for no orders. */
function periodOf(
  reported: readonly Explained[],
  open: readonly Rooted[],
  nowNs: number,
): Period | undefined {
  if (reported.length === 0 && open.length === 0) return undefined;
  const roots = [...reported.map(({ delivery }) => delivery), ...open].map(({ rootNs }) => rootNs);
  const ends = reported.map(({ delivery }) => delivery.run.endNs);
  return { fromNs: minOf(roots), toNs: maxOf([...roots, ...ends, ...(open.length > 0 ? [nowNs] : [])]) };
}

/** All deliveries of a period, reported or not: a stage's figures cover everything that it handled. */
function activeIn(period: Period | undefined, explained: readonly Explained[]): readonly Explained[] {
  if (!period) return [];
  return explained.filter(
    ({ delivery: { run, availableNs = run.startNs } }) =>
      run.endNs >= period.fromNs && availableNs <= period.toNs,
  );
}
