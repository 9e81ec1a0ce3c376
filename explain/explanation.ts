import { z } from "zod";
import { causes, problemCauses } from "./causes.ts";

// The one source of what explain finds: types, and docs/explain.schema.json, which `node explain/print-schema.ts` prints.

/** Made of plain objects that nobody changes. */
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
  name: z.string().describe("Of the span."),
  operation: z.string().optional().describe("One of Holdup's; absent for spans of others."),
  intensity: z.string().optional(),
  ns,
  cpuNs: ns.optional().describe("CPU time of the threads that ran it: more than `ns` when several did."),
  memoryBytes: count.optional().describe("Highest resident memory of its process while it ran."),
});

const deliveryRefShape = {
  order: z.string().describe("`order 3`: by start within this explanation, or as the caller named it."),
  orderId: z.string().optional(),
  traceId: z.string(),
  spanId: z.string(),
  stage: z.string().describe("Consumer group."),
  topic: z.string(),
  partition,
  offset: offset.describe("Of a batch that was in the way: of its first message."),
  lastOffset: offset.describe("Of the last message of a batch that was in the way."),
  work: workFinding.optional().describe("The longest part of its work."),
  messages: count.describe("Messages that were handled together with it, itself included."),
};

const deliveryRef = finding(
  "DeliveryRef",
  deliveryRefShape,
  "Names a delivery and the order that it belongs to.",
);

const costFinding = finding("CostFinding", {
  ns: ns.describe("What others waited for it, added up."),
  messages: count.describe("How many waited for it."),
});

const cause = z.enum(causes).meta({ id: "Cause", description: "See docs/explain.md." });
const byCause = z.partialRecord(z.enum(causes), ns).readonly();

const segmentFinding = finding("SegmentFinding", {
  cause,
  fromAtNs: atNs,
  toAtNs: atNs,
  proven: z.boolean().describe("Nothing about it was inferred; otherwise it is likely only."),
  evidence: listOf(z.object({ traceId: z.string(), spanId: z.string() }).readonly()).describe(
    "Spans of the runs to blame.",
  ),
});

const waitFinding = finding("WaitFinding", {
  ns,
  byCause: byCause.describe("Adds up to `ns`."),
  likelyNs: ns.describe("Of `ns`, what is likely and not proven."),
  behind: count.describe("How many runs it waited behind."),
  blockers: listOf(z.object({ ...deliveryRefShape, ns, cause }).readonly()).describe(
    "The worst ones, at most eight.",
  ),
  segments: listOf(segmentFinding)
    .optional()
    .describe("The whole cut; absent when there are more than `maxSegments`."),
});

const runFinding = finding("RunFinding", {
  ns,
  work: listOf(workFinding).describe("Longest first."),
  queueNs: ns.describe("Waiting for free worker threads."),
  retryNs: ns.describe("Failed attempts within the run, and their back-off."),
});

const deliveryFinding = finding("DeliveryFinding", {
  ...deliveryRefShape,
  key: z.string().optional(),
  consumer: z.string().describe("Consumer instance."),
  publishNs: ns
    .optional()
    .describe("From the send to its acknowledgement; absent when the producer's span is missing."),
  availableAtNs: atNs
    .optional()
    .describe("Absent when the spans do not tell when the broker had the message; there is no wait then."),
  startedAtNs: atNs,
  endedAtNs: atNs,
  failed: z.boolean(),
  attempts: count,
  wait: waitFinding.optional(),
  run: runFinding,
  cost: costFinding.describe("What it cost all others while it was handled, told of or not."),
});

const orderFinding = finding("OrderFinding", {
  id: z.string().describe("Of the root: an order of ours, else a trace."),
  name: z.string(),
  orderId: z.string().optional(),
  traceId: z.string(),
  fromAtNs: atNs,
  toAtNs: atNs,
  totalNs: ns,
  workNs: ns.describe("Of `totalNs`, on the way to what ended last: all that was not waiting."),
  waitNs: ns,
  sentence: z.string().describe("What happened to it, as a person would say it."),
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
  slots: count.describe("Messages that can be handled at a time, by all consumers."),
  arrivalsPerSecond: z
    .number()
    .optional()
    .describe("Messages a second, while they came; absent for fewer than two."),
  capacityPerSecond: z.number().describe("Messages a second that all slots together could handle."),
  utilisation: z.number().describe("Share of the slots' time in which they were busy, 0 to 1."),
  waitNs: percentiles.optional().describe("Absent when no wait is known."),
  runNs: percentiles,
  waitByCause: byCause,
});

const problemClass = z.enum([
  "head-of-line",
  "saturation",
  "hot-partition",
  ...problemCauses,
  "retries",
  "starved-workers",
]);

const problemFinding = finding("ProblemFinding", {
  class: problemClass,
  stage: z.string().describe("Consumer group."),
  topic: z.string(),
  ns: ns.describe("Waiting, or running, that it cost."),
  why: z.string().describe("What was seen, as a sentence."),
  help: z.string().describe("What would help, and what it would bring where that can be reckoned."),
});

const missingFinding = finding("MissingFinding", {
  topic: z.string(),
  stage: z.string().describe("Consumer group."),
  what: z.enum([
    "partition",
    "offset",
    "cluster",
    "consumer group",
    "consumer instance",
    "time of arrival",
    "processing time",
  ]),
  spans: count,
  of: count,
  consequence: z.string().describe("What cannot be said for it, and what would mend it."),
});

const skewFinding = finding("SkewFinding", {
  producer: z.string(),
  consumer: z.string(),
  atLeastNs: ns.describe("The consumer's clock is behind the producer's by at least this."),
  deliveries: count,
});

const inputProblem = finding("InputProblem", {
  what: z.string().describe("What is wrong, as a sentence."),
  where: z.string().describe("Where the first of its kind was: file and line, or trace and span."),
  count,
});

const windowFinding = finding("WindowFinding", {
  fromAtNs: atNs,
  toAtNs: atNs,
  spans: count.describe("All that were read."),
  traces: count.describe("All that were read."),
  handled: count.describe("Messages that were handled, in all that was read."),
  orders: count.describe("Those that are told of."),
  deliveries: count.describe("Those of the orders."),
  blockers: count.describe("Deliveries, of any order, that these orders waited for."),
});

export const explanation = finding(
  "Explanation",
  {
    schema: z.literal("holdup.explain/1"),
    origin: z.iso.datetime().describe("A whole second."),
    window: windowFinding,
    problems: listOf(problemFinding).describe("What is wrong, the costliest first; empty when nothing is."),
    orders: listOf(orderFinding).describe("By start."),
    blockers: listOf(blockerFinding).describe(
      "Deliveries of any order that cost these orders most, the costliest first; at most `maxBlockers`.",
    ),
    stages: listOf(stageFinding).describe("By topic in the order of the pipeline, as far as it can be seen."),
    missing: listOf(missingFinding).describe(
      "What the spans do not tell, and what therefore cannot be said.",
    ),
    skews: listOf(skewFinding).describe("Clocks that surely disagree. Nothing was shifted."),
    input: listOf(inputProblem).describe("What of the input could not be used."),
    gaps: listOf(inputProblem).describe("What is incomplete in the input, and was used as far as it goes."),
  },
  "What explain finds. Durations are integers in nanoseconds and end in `Ns`; moments are integers in nanoseconds since `origin` and end in `AtNs`.",
);

export type Explanation = z.output<typeof explanation>;
export type WindowFinding = z.output<typeof windowFinding>;
/** Names a delivery and the order that it belongs to. */
export type DeliveryRef = z.output<typeof deliveryRef>;
export type WorkFinding = z.output<typeof workFinding>;
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
