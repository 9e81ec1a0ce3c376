import { expect, it } from "vitest";
import { decodeItem } from "./format.ts";
import { createInterner } from "./interner.ts";
import { jaeger } from "./jaeger.ts";

const traceID = "0af7651916cd43dd8448eb211c80319c";
const other = "1af7651916cd43dd8448eb211c80319c";
const id = (n: number) => n.toString(16).padStart(16, "0");
const good = {
  traceID,
  spanID: id(1),
  operationName: "a",
  startTime: 1_700_000_000_000_000,
  duration: 5,
  processID: "p1",
};
const child = (trace: string, n: number) => ({ refType: "CHILD_OF", traceID: trace, spanID: id(n) });
const follows = (trace: string, n: number) => ({ refType: "FOLLOWS_FROM", traceID: trace, spanID: id(n) });

function decode(span: object) {
  const notes: string[] = [];
  const tags = [
    { key: "service.instance.id", type: "string", value: "shop-1" },
    { key: "jaeger.version", type: "string", value: "Go" },
  ];
  const trace = { traceID, spans: [span], processes: { p1: { serviceName: "shop", tags } } };
  return { spans: decodeItem(jaeger, trace, createInterner(), (what) => notes.push(what)), notes };
}

it("reads times in microseconds, and service and resource from the process", () => {
  expect(decode(good)).toEqual({
    notes: [],
    spans: [
      {
        traceId: traceID,
        spanId: id(1),
        name: "a",
        startNs: 1_700_000_000_000_000_000n,
        endNs: 1_700_000_000_000_005_000n,
        service: "shop",
        attributes: {},
        resource: { "service.instance.id": "shop-1" },
      },
    ],
  });
});

it("reads a span without a service when its process is missing", () => {
  expect(decode({ ...good, processID: "p9" }).spans).toMatchObject([{ spanId: id(1), service: undefined }]);
});

it.each([
  ["nothing", [], undefined, undefined],
  ["the parent", [child(traceID, 2)], id(2), undefined],
  [
    "parent and a link",
    [follows(traceID, 3), child(traceID, 2)],
    id(2),
    [{ traceId: traceID, spanId: id(3) }],
  ],
  ["FOLLOWS_FROM within the trace as parent", [follows(traceID, 3)], id(3), undefined],
  [
    "FOLLOWS_FROM in another trace as link",
    [follows(other, 3)],
    undefined,
    [{ traceId: other, spanId: id(3) }],
  ],
  ["a child of another trace as link", [child(other, 3)], undefined, [{ traceId: other, spanId: id(3) }]],
  [
    "further parents as links",
    [child(traceID, 2), child(traceID, 3)],
    id(2),
    [{ traceId: traceID, spanId: id(3) }],
  ],
])("reads parent and links from references: %s", (_, references, parentSpanId, links) => {
  const [span] = decode({ ...good, references }).spans;
  expect(span?.parentSpanId).toBe(parentSpanId);
  expect(span?.links).toEqual(links);
});

it("reads the parent id of old versions without references", () => {
  expect(decode({ ...good, parentSpanID: id(2) }).spans[0]?.parentSpanId).toBe(id(2));
});

it("reads kind and status from tags", () => {
  const tag = (key: string, value: unknown) => ({ key, value });
  const of = (...tags: object[]) => decode({ ...good, tags }).spans[0];
  expect(of(tag("span.kind", "consumer"))?.kind).toBe("consumer");
  expect(of(tag("error", true))?.failed).toBe(true);
  expect(of(tag("error", "true"))?.failed).toBe(true);
  expect(of(tag("error", false))?.failed).toBeUndefined();
  expect(of(tag("otel.status_code", "ERROR"))?.failed).toBe(true);
  expect(of(tag("otel.status_code", "OK"))?.failed).toBeUndefined();
  expect(of(tag("messaging.kafka.offset", 7), tag("http.route", "/"))?.attributes).toEqual({
    "messaging.kafka.offset": 7,
  });
});

it("pads short ids", () => {
  expect(decode({ ...good, traceID: "ABC", spanID: "1f" }).spans).toMatchObject([
    { traceId: "abc".padStart(32, "0"), spanId: "1f".padStart(16, "0") },
  ]);
});

it.each([
  [{ ...good, traceID: undefined }, "The span has no trace id."],
  [
    { ...good, spanID: "gg" },
    "The id of spans has a form that is not read: {}. Expected up to 16 hex digits, base64 or 8 bytes.",
  ],
  [{ ...good, startTime: 0 }, "The span has no start time."],
  [{ ...good, duration: null }, "The span has no end time."],
  [{ ...good, duration: -1 }, "The span ends before it starts."],
])("skips %j and says why", (span, note) => {
  expect(decode(span)).toEqual({ spans: [], notes: [note] });
});
