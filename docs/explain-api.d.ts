type RunningNow = {
	readonly group: string;
	readonly topic: string;
	readonly partition: number;
	readonly offset: number;
	readonly orderId: string | undefined;
	/** ms since the Unix epoch. */
	readonly startedAtMs: number;
	/** What it runs, and how intense that is. */
	readonly operation?: string | undefined;
	readonly intensity?: string | undefined;
};
type Progress = {
	readonly startedAtMs: number | undefined;
	readonly endedAtMs: number | undefined;
};
type ProgressOf = (orderId: string, group: string) => Progress | undefined;
type Present = {
	/** Deliveries that are being handled, by the services' own reports. */
	readonly running?: readonly RunningNow[] | undefined;
	/** What groups have recorded about the handling of orders. Where it is given, only orders that it knows can be open. */
	readonly progressOf?: ProgressOf | undefined;
	/** Who consumes what, besides what spans show. */
	readonly consumers?: readonly {
		readonly topic: string;
		readonly group: string;
	}[] | undefined;
	/** ms since the Unix epoch; default: the end of the last span. */
	readonly nowMs?: number | undefined;
	/** Whether to report messages that no span handles yet. Default true. */
	readonly reportsOpen?: boolean | undefined;
};
/** What explain found. Durations are integers in nanoseconds and end in `Ns`; moments are integers in nanoseconds since `origin` and end in `AtNs`. */
export type Explanation = {
	readonly schema: "holdup.explain/2";
	/** A whole second. */
	readonly origin: string;
	readonly window: WindowFinding;
	readonly open: OpenFindings;
	/** The costliest first; empty when nothing is wrong. */
	readonly problems: ReadonlyArray<ProblemFinding>;
	/** By start. */
	readonly orders: ReadonlyArray<OrderFinding>;
	/** Deliveries of any order that cost the reported orders most, the costliest first; at most `maxBlockers`. */
	readonly blockers: ReadonlyArray<BlockerFinding>;
	/** By the start of their first run, which is the order of the pipeline. */
	readonly stages: ReadonlyArray<StageFinding>;
	/** Facts that are missing in the spans, and what remains unknown without them. */
	readonly missing: ReadonlyArray<MissingFinding>;
	/** Services that send, fetch or handle messages, by name, in everything that was read. */
	readonly services: ReadonlyArray<ServiceFinding>;
	/** Clocks that certainly disagree. Times are not corrected. */
	readonly skews: ReadonlyArray<SkewFinding>;
	/** Input that could not be used. */
	readonly input: ReadonlyArray<InputProblem>;
	/** Input that is incomplete but was used. */
	readonly gaps: ReadonlyArray<InputProblem>;
};
export type WindowFinding = {
	readonly fromAtNs: number;
	readonly toAtNs: number;
	/** Spans read. */
	readonly spans: number;
	/** Traces read. */
	readonly traces: number;
	/** Handled messages in everything that was read. */
	readonly handled: number;
	/** Reported orders. */
	readonly orders: number;
	/** Reported orders with messages that were not handled yet. */
	readonly underWay: number;
	/** Deliveries of the reported orders. */
	readonly deliveries: number;
	/** Deliveries of any order that the reported orders waited for. */
	readonly blockers: number;
};
export type OpenFindings = {
	/** The last known moment: now, or the end of the last span. */
	readonly atNs: number;
	/** Messages of the reported orders that were not handled by then, by arrival. */
	readonly messages: ReadonlyArray<OpenFinding>;
};
/** A message that no span handles yet: it waits, its handling has not ended, or the span of that has not arrived. */
export type OpenFinding = {
	readonly order: string;
	readonly orderId?: string | undefined;
	/** Trace of the message's sender. */
	readonly traceId: string;
	/** Consumer group. */
	readonly stage: string;
	readonly topic: string;
	readonly partition?: number | undefined;
	readonly offset?: number | undefined;
	/** When the broker had the message. */
	readonly availableAtNs: number;
	/** When its handling began; absent while it waits. */
	readonly startedAtNs?: number | undefined;
	/** When it ended, of which the span has not arrived yet; absent before. */
	readonly endedAtNs?: number | undefined;
	/** How long it has waited so far, or waited until its handling began. */
	readonly waitNs: number;
	/** Whether the service itself reports that it is handling it; false where spans alone show it. */
	readonly isReported: boolean;
	/** What its handling runs, as reported. */
	readonly operation?: string | undefined;
	readonly intensity?: string | undefined;
	/** What it waits for now, likely; absent when nothing shows it. */
	readonly behind?: {
		readonly order: string;
		readonly orderId?: string | undefined;
		readonly traceId: string;
		readonly runNs: number;
		readonly cause: Cause;
	} | undefined;
};
/** See docs/explain.md. */
export type Cause = "same-partition" | "same-key" | "same-consumer" | "fetch-barrier" | "capacity" | "rebalance" | "retry" | "transport" | "unexplained";
export type ProblemFinding = {
	readonly class: "head-of-line" | "saturation" | "burst" | "hot-partition" | "fetch-barrier" | "rebalance" | "retries" | "starved-workers" | "unexplained";
	/** Consumer group. */
	readonly stage: string;
	readonly topic: string;
	/** Waiting or run time that it cost. */
	readonly ns: number;
	/** When the first message that it held up arrived; absent when no wait is known. */
	readonly fromAtNs?: number | undefined;
	/** How much of the stage's waiting is proven: nearly all, some of it, or hardly any. */
	readonly certainty: "proven" | "partly" | "likely";
	/** What was observed, as a sentence. */
	readonly why: string;
	/** What would help, and how much it would save where that can be computed. */
	readonly help: string;
};
export type OrderFinding = {
	/** Holdup's order id, else the trace id of the root. */
	readonly id: string;
	readonly name: string;
	readonly orderId?: string | undefined;
	readonly traceId: string;
	readonly fromAtNs: number;
	readonly toAtNs: number;
	readonly totalNs: number;
	/** The part of `totalNs` that was not waiting, on the path to the delivery that ended last. */
	readonly workNs: number;
	readonly waitNs: number;
	/** What happened to the order, in plain text. */
	readonly sentence: string;
	/** Whether some of its messages were not handled yet. */
	readonly isUnderWay: boolean;
	/** By start. */
	readonly deliveries: ReadonlyArray<DeliveryFinding>;
};
export type DeliveryFinding = {
	/** `order 3`: numbered by start within this explanation, or named by the caller. */
	readonly order: string;
	readonly orderId?: string | undefined;
	readonly traceId: string;
	readonly spanId: string;
	/** Consumer group. */
	readonly stage: string;
	readonly topic: string;
	readonly partition?: number | undefined;
	/** For a blocking batch, offset of its first message. */
	readonly offset?: number | undefined;
	/** Offset of the last message of a blocking batch. */
	readonly lastOffset?: number | undefined;
	/** The longest part of its work. */
	readonly work?: WorkFinding | undefined;
	/** Number of messages handled together with it, including itself. */
	readonly messages: number;
	readonly key?: string | undefined;
	/** Consumer instance. */
	readonly consumer: string;
	/** Time from the send to its acknowledgement; absent when the producer's span is missing. */
	readonly publishNs?: number | undefined;
	/** When the broker had the message; when it is unknown, this and `wait` are absent. */
	readonly availableAtNs?: number | undefined;
	readonly startedAtNs: number;
	readonly endedAtNs: number;
	readonly failed: boolean;
	readonly attempts: number;
	readonly wait?: WaitFinding | undefined;
	readonly run: RunFinding;
	/** What it cost all other messages, reported or not. */
	readonly cost: CostFinding;
};
export type WorkFinding = {
	/** Name of the span. */
	readonly name: string;
	/** Operation of Holdup; absent for other systems' spans. */
	readonly operation?: string | undefined;
	readonly intensity?: string | undefined;
	readonly ns: number;
	/** CPU time of its threads: more than `ns` when several threads ran it. */
	readonly cpuNs?: number | undefined;
	/** Peak resident memory of its process while it ran. */
	readonly memoryBytes?: number | undefined;
};
export type WaitFinding = {
	readonly ns: number;
	/** Adds up to `ns`. */
	readonly byCause: Readonly<Partial<Record<"same-partition" | "same-key" | "same-consumer" | "fetch-barrier" | "capacity" | "rebalance" | "retry" | "transport" | "unexplained", number>>>;
	/** The part of `ns` that is likely, not proven. */
	readonly likelyNs: number;
	/** Number of runs it waited behind. */
	readonly behind: number;
	/** The worst blockers, at most eight. */
	readonly blockers: ReadonlyArray<{
		/** `order 3`: numbered by start within this explanation, or named by the caller. */
		readonly order: string;
		readonly orderId?: string | undefined;
		readonly traceId: string;
		readonly spanId: string;
		/** Consumer group. */
		readonly stage: string;
		readonly topic: string;
		readonly partition?: number | undefined;
		/** For a blocking batch, offset of its first message. */
		readonly offset?: number | undefined;
		/** Offset of the last message of a blocking batch. */
		readonly lastOffset?: number | undefined;
		/** The longest part of its work. */
		readonly work?: WorkFinding | undefined;
		/** Number of messages handled together with it, including itself. */
		readonly messages: number;
		readonly ns: number;
		readonly cause: Cause;
	}>;
	/** All segments; absent when there are more than `maxSegments`. */
	readonly segments?: ReadonlyArray<SegmentFinding> | undefined;
};
export type SegmentFinding = {
	readonly cause: Cause;
	readonly fromAtNs: number;
	readonly toAtNs: number;
	/** True when nothing about it was inferred; false when it is only likely. */
	readonly proven: boolean;
	/** Spans of the blocking runs. */
	readonly evidence: ReadonlyArray<{
		readonly traceId: string;
		readonly spanId: string;
	}>;
};
export type RunFinding = {
	readonly ns: number;
	/** Longest first. */
	readonly work: ReadonlyArray<WorkFinding>;
	/** Time waiting for free worker threads. */
	readonly queueNs: number;
	/** Time of failed attempts within the run and their back-off. */
	readonly retryNs: number;
};
export type CostFinding = {
	/** Total time that others waited for it. */
	readonly ns: number;
	/** Number of messages that waited for it. */
	readonly messages: number;
};
export type BlockerFinding = {
	/** `order 3`: numbered by start within this explanation, or named by the caller. */
	readonly order: string;
	readonly orderId?: string | undefined;
	readonly traceId: string;
	readonly spanId: string;
	/** Consumer group. */
	readonly stage: string;
	readonly topic: string;
	readonly partition?: number | undefined;
	/** For a blocking batch, offset of its first message. */
	readonly offset?: number | undefined;
	/** Offset of the last message of a blocking batch. */
	readonly lastOffset?: number | undefined;
	/** The longest part of its work. */
	readonly work?: WorkFinding | undefined;
	/** Number of messages handled together with it, including itself. */
	readonly messages: number;
	readonly runNs: number;
	readonly cost: CostFinding;
};
export type StageFinding = {
	/** Consumer group. */
	readonly stage: string;
	readonly topic: string;
	readonly deliveries: number;
	readonly partitions: number;
	readonly consumers: number;
	/** Number of messages that all consumers together can handle at a time. */
	readonly slots: number;
	/** Messages per second from the first to the last arrival; absent for fewer than two messages. */
	readonly arrivalsPerSecond?: number | undefined;
	/** Most messages that were handled together; 1 when each is handled alone. */
	readonly maxBatch: number;
	/** Messages per second that all slots together could handle; absent when run times are unknown. */
	readonly capacityPerSecond?: number | undefined;
	/** Share of the slots' time that was busy, 0 to 1; absent when run times are unknown. */
	readonly utilisation?: number | undefined;
	/** Absent when no wait is known. */
	readonly waitNs?: Percentiles | undefined;
	/** Per message: of a batch, its run divided by its messages. Absent when run times are unknown. */
	readonly runNs?: Percentiles | undefined;
	readonly waitByCause: Readonly<Partial<Record<"same-partition" | "same-key" | "same-consumer" | "fetch-barrier" | "capacity" | "rebalance" | "retry" | "transport" | "unexplained", number>>>;
};
export type Percentiles = {
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	readonly max: number;
};
export type MissingFinding = {
	readonly topic: string;
	/** Consumer group. */
	readonly stage: string;
	readonly what: "partition" | "offset" | "cluster" | "consumer group" | "consumer instance" | "time of arrival" | "processing time";
	readonly spans: number;
	readonly of: number;
	/** What remains unknown without it, and how to fix it. */
	readonly consequence: string;
};
/** A service that sends, fetches or handles messages, and what its spans lack. */
export type ServiceFinding = {
	readonly service: string;
	/** As `telemetry.sdk.language` names it. */
	readonly language?: string | undefined;
	/** Name of the SDK. */
	readonly sdk?: string | undefined;
	/** Name of the SDK's distribution, such as Java's agent. */
	readonly distro?: string | undefined;
	/** By name; those that record spans of messages. */
	readonly libraries: ReadonlyArray<LibraryFinding>;
	/** By name. */
	readonly topics: ReadonlyArray<TopicFinding>;
	/** Empty when nothing is missing. */
	readonly lacks: ReadonlyArray<LackFinding>;
};
export type LibraryFinding = {
	/** Name of the instrumentation scope; absent when the spans name none. */
	readonly scope?: string | undefined;
	/** Spans of sending a message. */
	readonly sent: number;
	/** Spans of fetching messages that do not show the handling. */
	readonly received: number;
	/** Spans of handling a message or a batch. */
	readonly handled: number;
};
export type TopicFinding = {
	readonly topic: string;
	readonly sent: number;
	readonly received: number;
	readonly handled: number;
};
export type LackFinding = {
	readonly what: "handling" | "processing time" | "topic" | "operation" | "partition" | "time of arrival" | "consumer instance" | "offset" | "cluster" | "consumer group";
	/** Library whose spans lack it; absent when they name none. */
	readonly scope?: string | undefined;
	/** By name; empty where the spans name none. */
	readonly topics: ReadonlyArray<string>;
	/** Messages, or spans where no message is known, that lack it. */
	readonly spans: number;
	readonly of: number;
	/** An operation that is not known. */
	readonly example?: string | undefined;
};
export type SkewFinding = {
	readonly producer: string;
	readonly consumer: string;
	/** The consumer's clock is at least this far behind the producer's. */
	readonly atLeastNs: number;
	readonly deliveries: number;
};
export type InputProblem = {
	/** What is wrong, as a sentence. */
	readonly what: string;
	/** Place of the first one: file and line, or trace and span. */
	readonly where: string;
	readonly count: number;
};
type SpanKind = "producer" | "consumer" | "client" | "server" | "internal";
type AttributeValue = string | number | boolean;
type Attributes = Readonly<Record<string, AttributeValue>>;
type SpanLink = {
	readonly traceId: string;
	readonly spanId: string;
};
/** A span in the common form of all readers. Ids are lower-case hex. */
export type Span = {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId?: string | undefined;
	readonly links?: readonly SpanLink[] | undefined;
	readonly name: string;
	readonly kind?: SpanKind | undefined;
	/** `service.name` of the resource. */
	readonly service?: string | undefined;
	/** Name of the instrumentation scope: the library that recorded the span. */
	readonly scope?: string | undefined;
	/** Nanoseconds since the Unix epoch. */
	readonly startNs: bigint;
	readonly endNs: bigint;
	/** Whether the status is an error. */
	readonly failed?: boolean | undefined;
	/** Only those that explain reads are needed; see `keepsAttribute` in spans/attributes.ts. */
	readonly attributes: Attributes;
	/**
	 * What the span has in a form that its reader could not read: names of attributes, also of the resource, and `parentSpanId` or
	 * `links`. So they are not missing.
	 */
	readonly unread?: readonly string[] | undefined;
	/** Attributes of the resource; ideally one object shared by all its spans. */
	readonly resource?: Attributes | undefined;
};
/** A problem in the input, counted by kind. */
export type Problem = {
	/** What is wrong, as a sentence: `The span ends before it starts.` */
	readonly what: string;
	/** Place of the first one: file and line, or trace and span. */
	readonly where: string;
	readonly count: number;
};
export type OnProblem = (problem: Problem) => void;
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
/**
 * Explains which message held up which, for how long and why.
 *
 * Accepts spans of any tracing system, in any order. Spans that are not about messages are useful too: they show what a handler
 * was doing. Never throws because of the spans: problems with them are in `input` and `missing`.
 */
export declare function explain(spans: Iterable<Span>, options?: ExplainOptions): Explanation;
type Explainer = {
	readonly add: (span: Span) => void;
	/** Call once. `input` has the problems that a reader has reported. */
	readonly finish: (input?: readonly Problem[]) => Explanation;
};
/** `explain` for spans that arrive one by one. */
export declare function createExplainer(options?: ExplainOptions): Explainer;
/** Spelled out because they are in the public types of the package holdup-explain, which has no other code. */
export type ReadErrorCode = "HOLDUP_INPUT_UNREADABLE" | "HOLDUP_INPUT_EMPTY" | "HOLDUP_INPUT_NOT_JSON" | "HOLDUP_INPUT_FORMAT_UNKNOWN" | "HOLDUP_INPUT_TOO_LARGE" | "HOLDUP_JAEGER_URL_INVALID" | "HOLDUP_JAEGER_QUERY_INVALID" | "HOLDUP_JAEGER_UNREACHABLE" | "HOLDUP_JAEGER_REFUSED" | "HOLDUP_JAEGER_FOREIGN" | "HOLDUP_TRACE_NOT_FOUND";
/**
 * Reads the spans of a file in batches: JSON of Jaeger, OTLP or Zipkin, as one document or as lines, optionally gzipped. The
 * format is detected from the content. `-` is standard input. Spans that cannot be used are skipped; each kind of problem is
 * reported once, with its count, when reading ends. Throws a ReadError when nothing can be read.
 */
export declare function readFile(path: string, onProblem: OnProblem): AsyncGenerator<Span[]>;
/** Milliseconds since the Unix epoch, both included. */
export type TimeWindow = {
	readonly startMs: number;
	readonly endMs: number;
};
/** `params` are further search parameters of Jaeger, such as `minDuration`. */
export type WindowSearch = TimeWindow & {
	readonly params?: Readonly<Record<string, string>>;
};
/**
 * Either all traces with a span that starts in a window; or one trace, and with `surroundingsMs` also all others from that
 * long before its first span until that long after its last.
 */
export type JaegerQuery = WindowSearch | {
	readonly traceId: string;
	readonly surroundingsMs?: number | undefined;
};
export type JaegerOptions = {
	/** Traces per request; when a response has this many, both halves of its window are requested again. */
	readonly limit?: number;
	/** Windows this short are not halved. */
	readonly minWindowMs?: number;
	/** Longest time without data from Jaeger. */
	readonly timeoutMs?: number;
	/** Requests at a time. */
	readonly concurrency?: number;
	/** Which attributes to keep, by name. Default: those that explain reads. */
	readonly keeps?: (attribute: string) => boolean;
};
/**
 * Reads the spans for a query from Jaeger's query API at `url`, in batches, each trace once. Each kind of problem is reported
 * once, when reading ends. Throws a ReadError when Jaeger cannot be reached or does not know the trace.
 */
export declare function readJaeger(url: string, query: JaegerQuery, onProblem: OnProblem, { limit, minWindowMs, timeoutMs, concurrency, keeps }?: JaegerOptions): AsyncGenerator<Span[]>;
/**
 * Version of the package holdup-explain and of its public types, as in package.json. Any change of docs/explain-api.d.ts raises it:
 * the second number when a consumer may no longer compile, else the third.
 */
export declare const version = "0.1.0";
/** Version of the JSON that explain prints; it is its `schema` too. */
export declare const schemaVersion = "holdup.explain/2";
/** What a reader throws when nothing can be read. `retriable`: the same call can succeed later. */
export type ReadFailure = Error & {
	readonly code: ReadErrorCode;
	readonly retriable: boolean;
};
export declare function isReadFailure(thrown: unknown): thrown is ReadFailure;

export {};
