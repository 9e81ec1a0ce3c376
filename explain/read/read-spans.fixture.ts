import fc from "fast-check";
import { createProblemCounter } from "../problem-log.ts";
import type { Problem, Span } from "../span.ts";
import { createInterner } from "./formats/interner.ts";
import { type ReadBytesOptions, readBytes } from "./read-bytes.ts";

const hex = (digits: number) =>
  fc.bigInt({ min: 1n, max: 16n ** BigInt(digits) - 1n }).map((n) => n.toString(16).padStart(digits, "0"));

/** Half of the texts contain multi-byte characters. */
const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: "binary", maxLength: 8 }));

const attributes = fc.dictionary(
  fc.constantFrom(
    "messaging.destination.name",
    "messaging.kafka.offset",
    "messaging.client.id",
    "holdup.order.id",
  ),
  text,
);
const resources = fc.option(
  fc.dictionary(fc.constantFrom("service.instance.id", "host.name", "k8s.pod.name"), text, { minKeys: 1 }),
  { nil: undefined },
);

/** A span that every format can represent: times in whole microseconds, attributes as text. */
const span: fc.Arbitrary<Span> = fc
  .record({
    traceId: fc.oneof(fc.constantFrom("a".repeat(32), "1".padStart(32, "0")), hex(32)),
    spanId: hex(16),
    parentSpanId: fc.option(hex(16), { nil: undefined }),
    name: text,
    kind: fc.constantFrom("producer", "consumer", "client", "server", undefined),
    service: fc.constantFrom("shop", "bänk", undefined),
    scope: fc.constantFrom("kafkajs", "späring", undefined),
    // From 1974 on: smaller numbers are taken for other units.
    startNs: fc.bigInt({ min: 2n ** 47n, max: 2n ** 51n }).map((us) => us * 1_000n),
    endNs: fc.nat().map((us) => BigInt(us) * 1_000n),
    failed: fc.constantFrom(true, undefined),
    attributes,
    resource: resources,
  })
  .map((each) => ({ ...each, endNs: each.startNs + each.endNs }));

export const spanLists = fc.uniqueArray(span, {
  minLength: 1,
  maxLength: 6,
  selector: ({ spanId }) => spanId,
});

/** Cuts bytes at the given places, each a fraction of the length. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b);
  return [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index] ?? bytes.length));
}

export const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

export async function readAll(
  chunks: Iterable<Buffer>,
  options: Partial<ReadBytesOptions> = {},
): Promise<{ spans: Span[]; problems: Problem[] }> {
  const counter = createProblemCounter();
  const spans: Span[] = [];
  const problems: Problem[] = [];
  for await (const batch of readBytes(chunks, {
    source: "in",
    interner: createInterner(),
    problems: counter,
    ...options,
  })) {
    spans.push(...batch);
  }
  counter.report((problem) => problems.push(problem));
  return { spans, problems };
}

export function sorted(spans: readonly Span[]): Span[] {
  return spans.toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1));
}
