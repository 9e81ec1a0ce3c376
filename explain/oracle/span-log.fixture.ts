import type { Attributes, Span } from "../span.ts";

export type SpanContext = { readonly traceId: string; readonly spanId: string };

/** A span in simulated time; `instance` defaults to the only one of its service. */
type NewSpan = Pick<Span, "name" | "kind" | "attributes"> & {
  readonly service: string;
  readonly instance?: string;
  readonly fromNs: number;
  readonly toNs: number;
  readonly links?: readonly SpanContext[];
  readonly failed?: boolean;
};

/** Collects spans and gives them ids. Simulated time begins at `startNs`; `episode` makes the ids of several simulations differ. */
export function createSpanLog(startNs: bigint, episode: number) {
  const spans: Span[] = [];
  const resources = new Map<string, Attributes>();
  let ids = 0;

  const nextSpanId = () =>
    `${episode.toString(16).padStart(6, "0")}${(++ids).toString(16).padStart(10, "0")}`;

  function add(
    context: { readonly traceId: string; readonly parentSpanId?: string | undefined },
    span: NewSpan,
  ): SpanContext {
    const { fromNs, toNs, instance = `${span.service}-1`, links = [], ...rest } = span;
    const resource = resources.get(instance) ?? {
      "service.name": span.service,
      "service.instance.id": instance,
    };
    resources.set(instance, resource);
    const spanId = nextSpanId();
    const times = { startNs: startNs + BigInt(fromNs), endNs: startNs + BigInt(toNs) };
    spans.push({ ...context, spanId, links, ...rest, ...times, resource });
    return { traceId: context.traceId, spanId };
  }

  return {
    spans,
    add,
    under: (parent: SpanContext, span: NewSpan) =>
      add({ traceId: parent.traceId, parentSpanId: parent.spanId }, span),
    /** Orders have traces of kind `a`, batches of kind `b`. */
    traceIdOf: (kind: "a" | "b", n: number) =>
      `${kind}${episode.toString(16).padStart(15, "0")}${n.toString(16).padStart(16, "0")}`,
    msOf: (ns: number) => Number((startNs + BigInt(ns)) / 1_000_000n),
  };
}
