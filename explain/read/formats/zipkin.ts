import type { SpanKind } from "../../span.ts";
import { type Draft, type Format, isFields } from "./format.ts";
import { type MutableAttributes, plainValue } from "./interner.ts";
import { hasTimes, idsOf, kindNamed, parentOf, wholeNumber } from "./span-fields.ts";

/** Exporters write resource attributes among the tags; these name spaces are resources'. */
const ofResource = /^(service|host|container|k8s|process)\./;

/** Zipkin's JSON, version 2 (zipkin2-api.yaml). Times are microseconds, tags are text, and there are no links. */
export const zipkin: Format = {
  name: "Zipkin",

  spansOf(item) {
    return [item];
  },

  draft(raw, shared, note): Draft | undefined {
    if (!isFields(raw)) {
      note("The span is not a JSON object.");
      return undefined;
    }
    const ids = idsOf(raw["traceId"], raw["id"], note);
    if (!ids) return undefined;
    const kind = kindNamed(raw["kind"]);
    const startUs = wholeNumber(raw["timestamp"]);
    const startNs = startUs === undefined ? undefined : startUs * 1_000n;
    const endNs = endOf(startNs, raw["duration"], kind);
    if (!hasTimes(startNs, endNs, note) || startNs === undefined || endNs === undefined) return undefined;
    const name = raw["name"];
    const endpoint = raw["localEndpoint"];
    const service = isFields(endpoint) ? endpoint["serviceName"] : undefined;
    const tags = isFields(raw["tags"]) ? raw["tags"] : {};
    const attributes: MutableAttributes = {};
    const resource: MutableAttributes = {};
    for (const tag in tags) {
      shared.add(ofResource.test(tag) ? resource : attributes, tag, tags[tag], plainValue);
    }
    const span: Draft["span"] = {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: parentOf(raw["parentId"], note),
      links: undefined,
      name: typeof name === "string" ? shared.text(name) : "",
      kind,
      service: typeof service === "string" && service !== "" ? shared.text(service) : undefined,
      startNs,
      endNs,
      failed: isError(tags) || undefined,
      attributes,
      resource: shared.attributes(resource),
    };
    return { span, owner: "" };
  },

  ownersOf: () => () => undefined,
};

/** Zipkin leaves the duration out where it is 0 or unknown; of a message's two ends it is often 0. */
function endOf(
  startNs: bigint | undefined,
  duration: unknown,
  kind: SpanKind | undefined,
): bigint | undefined {
  if (startNs === undefined) return undefined;
  if (duration === undefined && (kind === "producer" || kind === "consumer")) return startNs;
  if (typeof duration === "number" && duration < 0) return startNs - 1n;
  const durationUs = wholeNumber(duration);
  return durationUs === undefined ? undefined : startNs + durationUs * 1_000n;
}

/** Zipkin: the tag `error` alone says that the span failed, whatever its value. Some write "false" all the same. */
function isError(tags: Readonly<Record<string, unknown>>): boolean {
  const error = tags["error"];
  return (error !== undefined && error !== "false") || tags["otel.status_code"] === "ERROR";
}
