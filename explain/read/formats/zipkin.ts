import type { SpanKind } from "../../span.ts";
import { type DecodedSpan, type Format, isFields, noScope } from "./format.ts";
import { type MutableAttributes, plainValue } from "./interner.ts";
import { hasTimes, idsOf, isScopeTag, kindNamed, parentOf, wholeNumber } from "./span-fields.ts";

/** Exporters write resource attributes as tags; these are their namespaces. */
const ofResource = /^(service|host|container|k8s|process)\./;

/** Zipkin's JSON, version 2 (zipkin2-api.yaml). Times are microseconds, tags are text, and there are no links. */
export const zipkin: Format = {
  name: "Zipkin",

  holdersOf(item) {
    return [{ spans: [item] }];
  },

  decode(raw, interner, report): DecodedSpan | undefined {
    if (!isFields(raw)) {
      report("The span is not a JSON object.");
      return undefined;
    }
    const ids = idsOf(raw["traceId"], raw["id"], report);
    if (!ids) return undefined;
    const kind = kindNamed(raw["kind"]);
    const startUs = wholeNumber(raw["timestamp"]);
    const startNs = startUs === undefined ? undefined : startUs * 1_000n;
    const endNs = endOf(startNs, raw["duration"], kind);
    if (!hasTimes(startNs, endNs, report) || startNs === undefined || endNs === undefined) return undefined;
    const name = raw["name"];
    const endpoint = raw["localEndpoint"];
    const service = isFields(endpoint) ? endpoint["serviceName"] : undefined;
    const tags = isFields(raw["tags"]) ? raw["tags"] : {};
    const attributes: MutableAttributes = {};
    const resource: MutableAttributes = {};
    let scope: string | undefined;
    for (const tag in tags) {
      if (isScopeTag(tag)) {
        const value = tags[tag];
        if (typeof value === "string") scope = interner.text(value);
        continue;
      }
      interner.add(ofResource.test(tag) ? resource : attributes, tag, tags[tag], plainValue);
    }
    const span: DecodedSpan["span"] = {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: parentOf(raw["parentId"], report),
      links: undefined,
      name: typeof name === "string" ? interner.text(name) : "",
      kind,
      service: typeof service === "string" && service !== "" ? interner.text(service) : undefined,
      scope,
      startNs,
      endNs,
      failed: isError(tags) || undefined,
      attributes,
      resource: interner.attributes(resource),
    };
    return { span, owner: "" };
  },

  ownersOf: () => () => undefined,

  scopeOf: () => noScope,
};

/** Zipkin omits a duration that is 0 or unknown; for producers and consumers it is often 0. */
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

/** The tag `error` means failure whatever its value, but some exporters write "false". */
function isError(tags: Readonly<Record<string, unknown>>): boolean {
  const error = tags["error"];
  return (error !== undefined && error !== "false") || tags["otel.status_code"] === "ERROR";
}
