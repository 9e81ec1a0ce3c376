import type { SpanKind, SpanLink } from "../span.ts";
import type { MessageFacts } from "./message.ts";

export const nsPerMs = 1_000_000;

/** A span reduced to what explain needs. Times are nanoseconds since the table's origin. */
export type Row = {
  traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly links: readonly SpanLink[];
  readonly name: string;
  readonly kind: SpanKind | undefined;
  readonly service: string;
  /** Name of the instrumentation scope. */
  readonly scope: string | undefined;
  startNs: number;
  endNs: number;
  readonly failed: boolean;
  /** Replaced where the spans around it show that it does something else than it says; see deliveries/roles.ts. */
  message: MessageFacts | undefined;
  readonly work: WorkFacts | undefined;
  readonly orderId: string | undefined;
  readonly attempt: number | undefined;
};

/** What our workloads record about an operation. */
type WorkFacts = {
  readonly operation: string;
  readonly intensity: string | undefined;
  readonly queueMs: number;
  readonly cpuMs: number | undefined;
  readonly memoryMb: number | undefined;
};

/** The spans of one trace. */
export type Trace = {
  readonly traceId: string;
  /** By start. */
  readonly rows: readonly Row[];
  /** One row of each id. */
  readonly bySpanId: ReadonlyMap<string, Row>;
  /** The rows of each id that several spans have; undefined when there is none. */
  readonly shared: ReadonlyMap<string, readonly Row[]> | undefined;
};

/** All rows with an id: links do not say which half of a shared one they mean. */
export function rowsOf({ bySpanId, shared }: Trace, spanId: string): readonly Row[] {
  const row = bySpanId.get(spanId);
  return shared?.get(spanId) ?? (row ? [row] : []);
}
