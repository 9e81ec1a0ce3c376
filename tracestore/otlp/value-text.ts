import type { AnyValue, KeyValue } from "./model.ts";

/**
 * An attribute value as text, as the collector's `AsString` writes it: bytes as base64, arrays and maps as JSON
 * with sorted keys, an absent value as "".
 */
export function valueText(value: AnyValue): string {
  if ("stringValue" in value) return value.stringValue;
  if ("intValue" in value) return value.intValue;
  if ("boolValue" in value) return String(value.boolValue);
  if ("doubleValue" in value) return String(value.doubleValue);
  if ("bytesValue" in value) return value.bytesValue;
  return "arrayValue" in value || "kvlistValue" in value ? valueJson(value) : "";
}

/** Not JSON.stringify, whose integers above 2^53 are not exact. */
function valueJson(value: AnyValue): string {
  if ("intValue" in value) return value.intValue;
  if ("arrayValue" in value) return `[${value.arrayValue.values.map(valueJson).join(",")}]`;
  if ("kvlistValue" in value) {
    const byKey = [...value.kvlistValue.values].sort(compareKeys);
    return `{${byKey.map((each) => `${JSON.stringify(each.key)}:${valueJson(each.value)}`).join(",")}}`;
  }
  if ("boolValue" in value) return String(value.boolValue);
  if ("doubleValue" in value) return JSON.stringify(value.doubleValue);
  if ("stringValue" in value || "bytesValue" in value) return JSON.stringify(valueText(value));
  return "null";
}

function compareKeys(a: KeyValue, b: KeyValue): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
