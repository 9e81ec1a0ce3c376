import { HoldupError } from "../../core/errors.ts";
import type { IncomingRequest } from "../otlp/incoming.ts";
import { sampleAttributes, sampleSpan } from "./sample.ts";

/** A span with a value in every field. */
export const everything = sampleSpan({
  traceState: "vendor=1",
  parentSpanId: "00f067aa0ba902b7",
  flags: 0x101,
  kind: 5,
  attributes: [
    ...sampleAttributes({ text: "größer <b>", whole: -7, real: 0.5, yes: true }),
    { key: "largest", value: { intValue: "9223372036854775807" } },
    { key: "least", value: { intValue: "-9223372036854775808" } },
    { key: "bytes", value: { bytesValue: "AAH/" } },
    { key: "list", value: { arrayValue: { values: [{ intValue: "1" }, { stringValue: "" }] } } },
    { key: "map", value: { kvlistValue: { values: sampleAttributes({ inner: "x" }) } } },
    { key: "nothing", value: {} },
    { key: "nan", value: { doubleValue: "NaN" } },
  ],
  droppedAttributesCount: 3,
  events: [
    {
      timeUnixNano: "1700000000000500001",
      name: "retry",
      attributes: sampleAttributes({ attempt: 2 }),
      droppedAttributesCount: 1,
    },
  ],
  droppedEventsCount: 4,
  links: [
    {
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: "00f067aa0ba902b7",
      traceState: "a=b",
      attributes: sampleAttributes({ behind: true }),
      droppedAttributesCount: 5,
      flags: 1,
    },
  ],
  droppedLinksCount: 6,
  status: { message: "broken", code: 2 },
});

/** The first decoded span of a request. */
export function firstSpan(request: IncomingRequest) {
  const span = request.groups[0]?.spans[0];
  if (span === undefined) throw new Error("no span was decoded");
  return span;
}

/** The code of the error that `work` throws. */
export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof HoldupError ? error.code : String(error);
  }
  return "nothing was thrown";
}
