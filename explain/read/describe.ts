import { isFields, listOf } from "./formats/format.ts";
import { firstObject, isZipkinV1 } from "./layout.ts";

export const readFormats = "Jaeger, OpenTelemetry or Zipkin v2";

type Keys = Readonly<Record<string, unknown>>;

/** What is known not to hold spans that can be read, by the first object. */
const otherContents: readonly {
  readonly isIt: (first: Keys) => boolean;
  readonly is: (first: Keys) => string;
}[] = [
  { isIt: has("resourceLogs", "resource_logs"), is: () => "it holds OTLP's logs" },
  { isIt: has("resourceMetrics", "resource_metrics"), is: () => "it holds OTLP's metrics" },
  {
    isIt: ({ traces }) => listOf(traces).some((trace) => isFields(trace) && "rootTraceName" in trace),
    is: () =>
      "it is an answer of Tempo's search, which lists traces without their spans; request /api/v2/traces/<trace id> from Tempo for each",
  },
  { isIt: isZipkinV1, is: () => "it is Zipkin v1; request /api/v2/traces from Zipkin" },
  {
    isIt: (first) => "trace_id" in first && "span_id" in first && ("meta" in first || "metrics" in first),
    is: () => "it is Datadog's; export the spans with OpenTelemetry",
  },
  { isIt: has("traceEvents"), is: () => "it holds trace events of Chrome, not spans of services" },
  {
    isIt: has("Segments", "trace_segments"),
    is: () => "it is AWS X-Ray's; export the spans with OpenTelemetry",
  },
  {
    isIt: (first) => errorIn(first) !== undefined,
    is: (first) => `it is an error: ${errorIn(first)?.replace(/\.+$/, "")}`,
  },
];

function has(...keys: readonly string[]): (first: Keys) => boolean {
  return (first) => keys.some((key) => key in first);
}

const maxMessage = 200;

/** The message of an API's error, in the forms of Jaeger, grpc-gateway and Elasticsearch. */
function errorIn(first: Keys): string | undefined {
  const error = first["error"] ?? listOf(first["errors"])[0];
  if (typeof error === "string") return error.slice(0, maxMessage);
  const { msg, message, reason } = isFields(error) ? error : first["code"] === undefined ? {} : first;
  return [msg, message, reason].find((text) => typeof text === "string")?.slice(0, maxMessage);
}

/** Describes a value that has none of the formats: `its top level has the keys a, b`. */
export function describe(value: unknown): string {
  const first = firstObject(value);
  if (isFields(first)) {
    const other = otherContents.find(({ isIt }) => isIt(first));
    if (other) return other.is(first);
  }
  if (isFields(value)) return describeKeys("its top level", value);
  if (Array.isArray(value)) {
    const element: unknown = value[0];
    if (isFields(element)) return describeKeys("its top level is an array whose first element", element);
    return `its top level is an array of ${element === null ? "nulls" : `${typeof element}s`}`;
  }
  return `it is ${value === null ? "null" : `one ${typeof value}`}`;
}

const maxKeys = 8;
const maxKeyLength = 40;

function describeKeys(what: string, value: object): string {
  const keys = Object.keys(value);
  if (keys.length === 0) return `${what} has no keys`;
  const named = keys.slice(0, maxKeys).map((key) => key.slice(0, maxKeyLength));
  const more = keys.length > maxKeys ? ` and ${keys.length - maxKeys} more` : "";
  return `${what} has the key${keys.length === 1 ? "" : "s"} ${named.join(", ")}${more}`;
}
