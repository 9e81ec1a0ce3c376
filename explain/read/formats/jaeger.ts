import type { ReportProblem } from "../../problem-log.ts";
import type { SpanLink } from "../../span.ts";
import {
  type DecodedSpan,
  type Fields,
  type Format,
  isFields,
  listOf,
  noScope,
  type Owner,
} from "./format.ts";
import { type Interner, type MutableAttributes, plainValue } from "./interner.ts";
import {
  hasTimes,
  idsOf,
  isScopeTag,
  kindNamed,
  parentOf,
  spanIdOf,
  traceIdOf,
  wholeNumber,
} from "./span-fields.ts";

/** Jaeger's JSON (internal/uimodel/model.go); an item is a trace. Times are microseconds. */
export const jaeger: Format = {
  name: "Jaeger",

  holdersOf(item) {
    return isFields(item) ? [item] : [];
  },

  decode(raw, interner, report): DecodedSpan | undefined {
    if (!isFields(raw)) {
      report("The span is not a JSON object.");
      return undefined;
    }
    const ids = idsOf(raw["traceID"], raw["spanID"], report);
    if (!ids) return undefined;
    const startUs = wholeNumber(raw["startTime"]);
    const startNs = startUs === undefined ? undefined : startUs * 1_000n;
    const endNs = endOf(startNs, raw["duration"]);
    if (!hasTimes(startNs, endNs, report) || startNs === undefined || endNs === undefined) return undefined;
    const name = raw["operationName"];
    const tags = listOf(raw["tags"]);
    const span: DecodedSpan["span"] = {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: undefined,
      links: undefined,
      name: typeof name === "string" ? interner.text(name) : "",
      kind: undefined,
      service: undefined,
      scope: undefined,
      startNs,
      endNs,
      failed: undefined,
      attributes: {},
      resource: undefined,
    };
    addReferences(span, raw, report);
    addTags(span, tags, interner);
    const owner = raw["processID"];
    return { span, owner: typeof owner === "string" ? owner : "" };
  },

  ownersOf(item, interner) {
    const processes = isFields(item) ? item["processes"] : undefined;
    if (!isFields(processes)) return undefined;
    const owners = new Map<string, Owner>();
    for (const [id, process] of Object.entries(processes)) {
      if (isFields(process)) owners.set(id, ownerOf(process, interner));
    }
    return (id) => owners.get(id);
  },

  scopeOf: () => noScope,
};

/** With a negative duration, a time before the start, so that the span is reported. */
function endOf(startNs: bigint | undefined, duration: unknown): bigint | undefined {
  if (startNs === undefined) return undefined;
  if (typeof duration === "number" && duration < 0) return startNs - 1n;
  const durationUs = wholeNumber(duration);
  return durationUs === undefined ? undefined : startNs + durationUs * 1_000n;
}

function ownerOf(process: Fields, interner: Interner): Owner {
  const service = process["serviceName"];
  const attributes: MutableAttributes = {};
  for (const tag of listOf(process["tags"])) {
    if (isFields(tag) && typeof tag["key"] === "string")
      interner.add(attributes, tag["key"], tag["value"], plainValue);
  }
  return {
    service: typeof service === "string" && service !== "" ? interner.text(service) : undefined,
    resource: interner.attributes(attributes),
  };
}

/**
 * The parent is the first CHILD_OF within this trace, else the first FOLLOWS_FROM (how OpenTracing refers from a consumer to
 * its producer). All other references are links.
 */
function addReferences(span: DecodedSpan["span"], raw: Fields, report: ReportProblem): void {
  const references = listOf(raw["references"]);
  if (references.length === 0) {
    span.parentSpanId = parentOf(raw["parentSpanID"], report);
    return;
  }
  const found: (SpanLink & { readonly isChild: boolean })[] = [];
  for (const reference of references) {
    const from: Fields = isFields(reference) ? reference : {};
    const traceId = traceIdOf(from["traceID"]);
    const spanId = spanIdOf(from["spanID"]);
    if (traceId === undefined || spanId === undefined)
      report("A reference of the span has no id; it is left out.");
    else found.push({ traceId, spanId, isChild: from["refType"] === "CHILD_OF" });
  }
  const own = found.filter(({ traceId }) => traceId === span.traceId);
  const parent = own.find(({ isChild }) => isChild) ?? own[0];
  const links = found.filter((each) => each !== parent).map(({ traceId, spanId }) => ({ traceId, spanId }));
  span.parentSpanId = parent?.spanId;
  if (links.length > 0) span.links = links;
}

/** In Jaeger, kind, status and scope are tags. */
function addTags(span: DecodedSpan["span"], tags: readonly unknown[], interner: Interner): void {
  const attributes: MutableAttributes = {};
  for (const tag of tags) {
    if (!isFields(tag)) continue;
    const key = tag["key"];
    const value = tag["value"];
    if (typeof key !== "string") continue;
    if (key === "span.kind") span.kind = kindNamed(value);
    else if (key === "error") {
      if (value === true || value === "true") span.failed = true;
    } else if (key === "otel.status_code") {
      if (value === "ERROR") span.failed = true;
    } else if (isScopeTag(key)) {
      if (typeof value === "string") span.scope = interner.text(value);
    } else interner.add(attributes, key, value, plainValue);
  }
  span.attributes = attributes;
}
