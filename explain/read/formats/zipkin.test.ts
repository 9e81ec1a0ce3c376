import { expect, it } from "vitest";
import { decodeItem } from "./format.ts";
import { createInterner } from "./interner.ts";
import { zipkin } from "./zipkin.ts";

const good = {
  traceId: "86154a4ba6e91385",
  id: "4d1e00c0db9010db",
  name: "a",
  timestamp: 1_700_000_000_000_000,
  duration: 5,
};

function decode(span: object) {
  const notes: string[] = [];
  return { spans: decodeItem(zipkin, span, createInterner(), (what) => notes.push(what)), notes };
}

it("reads times in microseconds, the service, and the resource from the tags", () => {
  const found = decode({
    ...good,
    parentId: "86154a4ba6e91385",
    kind: "CONSUMER",
    localEndpoint: { serviceName: "shop" },
    tags: { "messaging.kafka.offset": "7", "service.instance.id": "shop-1", "http.path": "/" },
  });
  expect(found).toEqual({
    notes: [],
    spans: [
      {
        traceId: "000000000000000086154a4ba6e91385",
        spanId: "4d1e00c0db9010db",
        parentSpanId: "86154a4ba6e91385",
        name: "a",
        kind: "consumer",
        service: "shop",
        startNs: 1_700_000_000_000_000_000n,
        endNs: 1_700_000_000_000_005_000n,
        attributes: { "messaging.kafka.offset": "7" },
        resource: { "service.instance.id": "shop-1" },
      },
    ],
  });
});

it("recognises an error by its tag", () => {
  const failed = (tags: object) => decode({ ...good, tags }).spans[0]?.failed;
  expect([{ error: "" }, { error: "timeout" }, { "otel.status_code": "ERROR" }].map(failed)).toEqual([
    true,
    true,
    true,
  ]);
  expect([{}, { error: "false" }, { "otel.status_code": "OK" }].map(failed)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it("accepts a missing duration only for spans of messages", () => {
  const { duration: _, ...endless } = good;
  for (const kind of ["PRODUCER", "CONSUMER"]) {
    const [span] = decode({ ...endless, kind }).spans;
    expect(span?.endNs).toBe(span?.startNs);
  }
  expect(decode({ ...endless, kind: "SERVER" })).toEqual({ spans: [], notes: ["The span has no end time."] });
});

it.each([
  [{ ...good, id: "" }, "The span has no span id."],
  [{ ...good, timestamp: undefined }, "The span has no start time."],
  [{ ...good, duration: -5 }, "The span ends before it starts."],
])("skips %j and says why", (span, note) => {
  expect(decode(span)).toEqual({ spans: [], notes: [note] });
});
