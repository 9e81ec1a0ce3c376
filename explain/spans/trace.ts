import type { SpanKind, SpanLink } from "../span.ts";
import type { MessageFacts } from "./message.ts";
import type { WorkFacts } from "./span-batch.ts";

export const nsPerMs = 1_000_000;

/** A span as long as its trace is read. Times are nanoseconds since the table's origin. */
export type WholeRow = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly links: readonly SpanLink[];
  readonly name: string;
  readonly kind: SpanKind | undefined;
  readonly service: string;
  /** Name of the instrumentation scope. */
  readonly scope: string | undefined;
  readonly startNs: number;
  readonly endNs: number;
  readonly failed: boolean;
  readonly message: MessageFacts | undefined;
  readonly work: WorkFacts | undefined;
  readonly orderId: string | undefined;
  readonly attempt: number | undefined;
};

/** All spans of one trace. */
export type WholeTrace = {
  readonly traceId: string;
  /** By start. */
  readonly rows: readonly WholeRow[];
  /** One row of each id. */
  readonly bySpanId: ReadonlyMap<string, WholeRow>;
  /** The rows of each id that several spans have; undefined when there is none. */
  readonly shared: ReadonlyMap<string, readonly WholeRow[]> | undefined;
};

/** A part of a run's work: an operation of Holdup, or a child span of another system. */
export type Work = {
  readonly name: string;
  /** `extreme_cpu_computation`; undefined for spans of other systems. */
  readonly operation: string | undefined;
  readonly intensity: string | undefined;
  readonly ns: number;
  /** Time that it waited for a free worker thread. */
  readonly queueNs: number;
  /** CPU time of its threads. */
  readonly cpuNs: number | undefined;
  /** Peak resident memory of its process while it ran. */
  readonly memoryBytes: number | undefined;
};

/** What the spans without a message below a row show, down to where messages are sent or handled. */
export type Below = {
  /** Longest first. */
  readonly work: readonly Work[];
  /** Starts of the first and the last attempt; undefined without attempts. */
  readonly attempts: { readonly firstNs: number; readonly lastNs: number } | undefined;
  /** When the last of its own service began; -Infinity without any. */
  readonly lastBeginNs: number;
};

/** A span that sends, receives or handles a message, or that may handle the one received above it. */
export type Row = Pick<
  WholeRow,
  | "traceId"
  | "spanId"
  | "links"
  | "name"
  | "kind"
  | "service"
  | "scope"
  | "startNs"
  | "endNs"
  | "failed"
  | "orderId"
> & {
  /** Replaced where the spans around it show that it does something else than it says; see deliveries/roles.ts. */
  message: MessageFacts | undefined;
  /** The nearest of these rows that it is below. */
  readonly above: Row | undefined;
  /** Id of its parent, where that span is missing. */
  readonly missingParentId: string | undefined;
  /** Start of the topmost span above it, or its own; in a cycle, the earliest start. */
  readonly rootNs: number;
  /** Undefined for rows that only send. */
  readonly below: Below | undefined;
  /** Of a receive span: how many spans of its service right below it began while it lasted. */
  readonly beganInside: number;
};

/** What explain needs of one trace. */
export type Trace = {
  readonly traceId: string;
  /** By start. */
  readonly rows: readonly Row[];
  /** The order that its spans name; undefined when they name none or several. */
  readonly orderId: string | undefined;
  /** Spans whose parent is missing: below one that has not ended yet, or was lost. */
  readonly orphans: readonly { readonly service: string; readonly startNs: number }[];
};

/** All rows with an id: links do not say which half of a shared one they mean. */
export function rowsOf({ rows }: Trace, spanId: string): readonly Row[] {
  if (rows.length <= fewRows) return rows.filter((row) => row.spanId === spanId);
  const index = indexes.get(rows) ?? Map.groupBy(rows, (row) => row.spanId);
  indexes.set(rows, index);
  return index.get(spanId) ?? [];
}

/** Up to this many rows are searched one by one. */
const fewRows = 16;
const indexes = new WeakMap<readonly Row[], ReadonlyMap<string, readonly Row[]>>();
