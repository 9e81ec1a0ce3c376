import { expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import type { Span } from "../span.ts";

function without(span: Span, name: string): Span {
  return {
    ...span,
    attributes: Object.fromEntries(Object.entries(span.attributes).filter(([key]) => key !== name)),
    ...(name in (span.resource ?? {}) && { resource: undefined }),
  };
}

const run = handled({ id: "r", parentSpanId: "s", at: 5, for: 5, facts: offset(1) });
const consequences = (...spans: readonly Span[]) =>
  explain([sent({ id: "s", at: 0, for: 1 }), ...spans]).missing.map(({ what, spans: n, consequence }) => [
    what,
    n,
    /Record |Instrument /.test(consequence)
      ? "record it"
      : /form that is not read/.test(consequence)
        ? "unread"
        : "",
  ]);

it.each([
  ["messaging.destination.partition.id", "partition"],
  ["messaging.kafka.offset", "offset"],
  ["messaging.consumer.group.name", "consumer group"],
  ["service.instance.id", "consumer instance"],
])("says to record %s only where spans do not have it", (name, what) => {
  const absent = without(run, name);
  expect(consequences(absent)).toEqual([[what, 1, "record it"]]);
  expect(consequences({ ...absent, unread: [name] })).toEqual([[what, 1, "unread"]]);
});

it.each(["parentSpanId", "links"])("does not say to propagate a context that is there as %s", (unread) => {
  const lost = { ...run, parentSpanId: undefined };
  expect(consequences(lost)).toEqual([["time of arrival", 1, "record it"]]);
  expect(consequences({ ...lost, unread: [unread] })).toEqual([["time of arrival", 1, "unread"]]);
});

it("names a partition that is not a number, and takes Kafka's -1 for none", () => {
  const named = handled({
    id: "r",
    parentSpanId: "s",
    at: 5,
    for: 5,
    facts: { ...offset(1), "messaging.destination.partition.id": "p1" },
  });
  expect(consequences(named)).toEqual([["partition", 1, "unread"]]);
  expect(explain([named]).gaps.map(({ what }) => what)).toContain(
    "A message's partition is no whole number up to 2^53; it is ignored.",
  );
  expect(consequences(handled({ id: "r", parentSpanId: "s", at: 5, for: 5, facts: offset(-1) }))).toEqual([
    ["offset", 1, "record it"],
  ]);
});
