import { z } from "zod";
import { causes, problemCauses } from "./causes.ts";
import { missingFacts, serviceFinding } from "./service-finding.ts";
import { schemaVersion } from "./version.ts";

// The single source of the types of an explanation and of docs/explain.schema.json, printed by `npm run -s print:schema`.

/** A named, read-only object of the schema. */
function finding<Shape extends z.core.$ZodLooseShape>(id: string, shape: Shape, description?: string) {
  return z
    .object(shape)
    .readonly()
    .meta({ id, ...(description !== undefined && { description }) });
}

function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly();
}

const count = z.int();
/** A duration. */
const ns = z.int();
/** A moment. */
const atNs = z.int();
const partition = z.int().optional();
const offset = z.int().optional();

const workFinding = finding("WorkFinding", {
  name: z.string().describe("Name of the span."),
  operation: z.string().optional().describe("Operation of Holdup; absent for other systems' spans."),
  intensity: z.string().optional(),
  ns,
  cpuNs: ns.optional().describe("CPU time of its threads: more than `ns` when several threads ran it."),
  memoryBytes: count.optional().describe("Peak resident memory of its process while it ran."),
});

const deliveryRefShape = {
  order: z.string().describe("`order 3`: numbered by start within this explanation, or named by the caller."),
  orderId: z.string().optional(),
  traceId: z.string(),
  spanId: z.string(),
  stage: z.string().describe("Consumer group."),
  topic: z.string(),
  partition,
  offset: offset.describe("For a blocking batch, offset of its first message."),
  lastOffset: offset.describe("Offset of the last message of a blocking batch."),
  work: workFinding.optional().describe("The longest part of its work."),
  messages: count.describe("Number of messages handled together with it, including itself."),
};

const deliveryRef = finding("DeliveryRef", deliveryRefShape, "Identifies a delivery and its order.");

const costFinding = finding("CostFinding", {
  ns: ns.describe("Total time that others waited for it."),
  messages: count.describe("Number of messages that waited for it."),
});

const cause = z.enum(causes).meta({ id: "Cause", description: "See docs/explain.md." });
const byCause = z.partialRecord(z.enum(causes), ns).readonly();

const segmentFinding = finding("SegmentFinding", {
  cause,
  fromAtNs: atNs,
  toAtNs: atNs,
  proven: z.boolean().describe("True when nothing about it was inferred; false when it is only likely."),
  evidence: listOf(z.object({ traceId: z.string(), spanId: z.string() }).readonly()).describe(
    "Spans of the blocking runs.",
  ),
});

const waitFinding = finding("WaitFinding", {
  ns,
  byCause: byCause.describe("Adds up to `ns`."),
  likelyNs: ns.describe("The part of `ns` that is likely, not proven."),
  behind: count.describe("Number of runs it waited behind."),
  blockers: listOf(z.object({ ...deliveryRefShape, ns, cause }).readonly()).describe(
    "The worst blockers, at most eight.",
  ),
  segments: listOf(segmentFinding)
    .optional()
    .describe("All segments; absent when there are more than `maxSegments`."),
});

const runFinding = finding("RunFinding", {
  ns,
  work: listOf(workFinding).describe("Longest first."),
  queueNs: ns.describe("Time waiting for free worker threads."),
  retryNs: ns.describe("Time of failed attempts within the run and their back-off."),
});

const deliveryFinding = finding("DeliveryFinding", {
  ...deliveryRefShape,
  key: z.string().optional(),
  consumer: z.string().describe("Consumer instance."),
  publishNs: ns
    .optional()
    .describe("Time from the send to its acknowledgement; absent when the producer's span is missing."),
  availableAtNs: atNs
    .optional()
    .describe("When the broker had the message; when it is unknown, this and `wait` are absent."),
  startedAtNs: atNs,
  endedAtNs: atNs,
  failed: z.boolean(),
  attempts: count,
  wait: waitFinding.optional(),
  run: runFinding,
  cost: costFinding.describe("What it cost all other messages, reported or not."),
});

const openFinding = finding(
  "OpenFinding",
  {
    order: z.string(),
    orderId: z.string().optional(),
    traceId: z.string().describe("Trace of the message's sender."),
    stage: z.string().describe("Consumer group."),
    topic: z.string(),
    partition,
    offset,
    availableAtNs: atNs.describe("When the broker had the message."),
    startedAtNs: atNs.optional().describe("When its handling began; absent while it waits."),
    endedAtNs: atNs
      .optional()
      .describe("When it ended, of which the span has not arrived yet; absent before."),
    waitNs: ns.describe("How long it has waited so far, or waited until its handling began."),
    isReported: z
      .boolean()
      .describe(
        "Whether the service itself reports that it is handling it; false where spans alone show it.",
      ),
    operation: z.string().optional().describe("What its handling runs, as reported."),
    intensity: z.string().optional(),
    behind: z
      .object({ order: z.string(), orderId: z.string().optional(), traceId: z.string(), runNs: ns, cause })
      .readonly()
      .optional()
      .describe("What it waits for now, likely; absent when nothing shows it."),
  },
  "A message that no span handles yet: it waits, its handling has not ended, or the span of that has not arrived.",
);

const openFindings = finding("OpenFindings", {
  atNs: atNs.describe("The last known moment: now, or the end of the last span."),
  messages: listOf(openFinding).describe(
    "Messages of the reported orders that were not handled by then, by arrival.",
  ),
});

const orderFinding = finding("OrderFinding", {
  id: z.string().describe("Holdup's order id, else the trace id of the root."),
  name: z.string(),
  orderId: z.string().optional(),
  traceId: z.string(),
  fromAtNs: atNs,
  toAtNs: atNs,
  totalNs: ns,
  workNs: ns.describe(
    "The part of `totalNs` that was not waiting, on the path to the delivery that ended last.",
  ),
  waitNs: ns,
  sentence: z.string().describe("What happened to the order, in plain text."),
  isUnderWay: z.boolean().describe("Whether some of its messages were not handled yet."),
  deliveries: listOf(deliveryFinding).describe("By start."),
});

const blockerFinding = finding("BlockerFinding", { ...deliveryRefShape, runNs: ns, cost: costFinding });

const percentiles = finding("Percentiles", { p50: ns, p95: ns, p99: ns, max: ns });

const stageFinding = finding("StageFinding", {
  stage: z.string().describe("Consumer group."),
  topic: z.string(),
  deliveries: count,
  partitions: count,
  consumers: count,
  slots: count.describe("Number of messages that all consumers together can handle at a time."),
  arrivalsPerSecond: z
    .number()
    .optional()
    .describe("Messages per second from the first to the last arrival; absent for fewer than two messages."),
  maxBatch: count.describe("Most messages that were handled together; 1 when each is handled alone."),
  capacityPerSecond: z
    .number()
    .optional()
    .describe("Messages per second that all slots together could handle; absent when run times are unknown."),
  utilisation: z
    .number()
    .optional()
    .describe("Share of the slots' time that was busy, 0 to 1; absent when run times are unknown."),
  waitNs: percentiles.optional().describe("Absent when no wait is known."),
  runNs: percentiles
    .optional()
    .describe("Per message: of a batch, its run divided by its messages. Absent when run times are unknown."),
  waitByCause: byCause,
});

const problemClass = z.enum([
  "head-of-line",
  "saturation",
  "burst",
  "hot-partition",
  ...problemCauses,
  "retries",
  "starved-workers",
  "unexplained",
]);

const problemFinding = finding("ProblemFinding", {
  class: problemClass,
  stage: z.string().describe("Consumer group."),
  topic: z.string(),
  ns: ns.describe("Waiting or run time that it cost."),
  fromAtNs: atNs
    .optional()
    .describe("When the first message that it held up arrived; absent when no wait is known."),
  certainty: z
    .enum(["proven", "partly", "likely"])
    .describe("How much of the stage's waiting is proven: nearly all, some of it, or hardly any."),
  why: z.string().describe("What was observed, as a sentence."),
  help: z.string().describe("What would help, and how much it would save where that can be computed."),
});

const missingFinding = finding("MissingFinding", {
  topic: z.string(),
  stage: z.string().describe("Consumer group."),
  what: z.enum(missingFacts),
  spans: count,
  of: count,
  consequence: z.string().describe("What remains unknown without it, and how to fix it."),
});

const skewFinding = finding("SkewFinding", {
  producer: z.string(),
  consumer: z.string(),
  atLeastNs: ns.describe("The consumer's clock is at least this far behind the producer's."),
  deliveries: count,
});

const inputProblem = finding("InputProblem", {
  what: z.string().describe("What is wrong, as a sentence."),
  where: z.string().describe("Place of the first one: file and line, or trace and span."),
  count,
});

const windowFinding = finding("WindowFinding", {
  fromAtNs: atNs,
  toAtNs: atNs,
  spans: count.describe("Spans read."),
  traces: count.describe("Traces read."),
  handled: count.describe("Handled messages in everything that was read."),
  orders: count.describe("Reported orders."),
  underWay: count.describe("Reported orders with messages that were not handled yet."),
  deliveries: count.describe("Deliveries of the reported orders."),
  blockers: count.describe("Deliveries of any order that the reported orders waited for."),
});

export const explanation = finding(
  "Explanation",
  {
    schema: z.literal(schemaVersion),
    origin: z.iso.datetime().describe("A whole second."),
    window: windowFinding,
    open: openFindings,
    problems: listOf(problemFinding).describe("The costliest first; empty when nothing is wrong."),
    orders: listOf(orderFinding).describe("By start."),
    blockers: listOf(blockerFinding).describe(
      "Deliveries of any order that cost the reported orders most, the costliest first; at most `maxBlockers`.",
    ),
    stages: listOf(stageFinding).describe(
      "By the start of their first run, which is the order of the pipeline.",
    ),
    missing: listOf(missingFinding).describe(
      "Facts that are missing in the spans, and what remains unknown without them.",
    ),
    services: listOf(serviceFinding).describe(
      "Services that send, fetch or handle messages, by name, in everything that was read.",
    ),
    skews: listOf(skewFinding).describe("Clocks that certainly disagree. Times are not corrected."),
    input: listOf(inputProblem).describe("Input that could not be used."),
    gaps: listOf(inputProblem).describe("Input that is incomplete but was used."),
  },
  "What explain found. Durations are integers in nanoseconds and end in `Ns`; moments are integers in nanoseconds since `origin` and end in `AtNs`.",
);

export type Explanation = z.output<typeof explanation>;
export type WindowFinding = z.output<typeof windowFinding>;
/** Identifies a delivery and its order. */
export type DeliveryRef = z.output<typeof deliveryRef>;
export type WorkFinding = z.output<typeof workFinding>;
export type OpenFinding = z.output<typeof openFinding>;
export type OrderFinding = z.output<typeof orderFinding>;
export type DeliveryFinding = z.output<typeof deliveryFinding>;
export type WaitFinding = z.output<typeof waitFinding>;
export type SegmentFinding = z.output<typeof segmentFinding>;
export type RunFinding = z.output<typeof runFinding>;
export type CostFinding = z.output<typeof costFinding>;
export type BlockerFinding = z.output<typeof blockerFinding>;
export type Percentiles = z.output<typeof percentiles>;
export type StageFinding = z.output<typeof stageFinding>;
export type ProblemClass = z.output<typeof problemClass>;
export type ProblemFinding = z.output<typeof problemFinding>;
export type MissingFinding = z.output<typeof missingFinding>;
export type SkewFinding = z.output<typeof skewFinding>;
