import type { AttributeValue } from "../../span.ts";
import { bitsOf, bytesOf } from "./bytes-forms.ts";
import { isFields } from "./format.ts";

/** The value is there, in a form that is not read. */
export const unread = Symbol("unread");

/** What an attribute says; undefined when it has no value. */
export type ReadValue = AttributeValue | undefined | typeof unread;

type Kind = "text" | "integer" | "flag" | "double" | "bytes" | "inner" | "type" | "list";

/**
 * The keys of a typed value, lower case and without underscores: OTLP's `stringValue`, also as a Go struct prints it, Jaeger's
 * `vStr` and `value_string`, and the `type` and `value` of Go's and Jaeger's JSON.
 */
const keys: Readonly<Record<string, Kind>> = {
  stringvalue: "text",
  vstr: "text",
  valuestring: "text",
  intvalue: "integer",
  vint64: "integer",
  valuelong: "integer",
  $numberlong: "integer",
  boolvalue: "flag",
  vbool: "flag",
  valuebool: "flag",
  doublevalue: "double",
  vfloat64: "double",
  valuedouble: "double",
  bytesvalue: "bytes",
  vbinary: "bytes",
  valuebinary: "bytes",
  value: "inner",
  type: "type",
  vtype: "type",
  valuetype: "type",
  case: "type",
  $case: "type",
  key: "type",
  arrayvalue: "list",
  kvlistvalue: "list",
};

/** Protobuf's JSON of Go omits values that are 0, false or empty, but not their type. */
const defaults: Readonly<Record<string, AttributeValue>> = {
  bool: false,
  1: false,
  int64: 0,
  2: 0,
  float64: 0,
  3: 0,
};

/** Values are wrapped in objects at most this deep. */
const maxDepth = 8;

/** Reads a value, plain or typed. Lists and maps are not read, nor what is deeper than `maxDepth`. */
export function readValue(raw: unknown, depth = 0): ReadValue {
  if (typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean") return raw;
  if (raw === undefined || raw === null) return undefined;
  if (!isFields(raw) || depth > maxDepth) return unread;
  // What exporters of OTLP write.
  const text = raw["stringValue"];
  if (typeof text === "string") return text;
  const integer = raw["intValue"];
  if (integer !== undefined && integer !== null) return integerOf(integer);
  return typedValue(raw, depth);
}

function typedValue(raw: Readonly<Record<string, unknown>>, depth: number): ReadValue {
  let type: unknown;
  let isKnown = true;
  for (const [key, value] of Object.entries(raw)) {
    const kind = keys[key.toLowerCase().replaceAll("_", "")];
    if (kind === "type") {
      if (key.toLowerCase() !== "key") type = value;
    } else if (kind === undefined) isKnown = false;
    else if (value !== undefined && value !== null) return valueOfKind(kind, value, depth);
  }
  if (type !== undefined) return defaults[String(type).toLowerCase()];
  const bits = bitsOf(raw);
  if (bits !== undefined) return integerOf(raw);
  return isKnown ? undefined : unread;
}

/** Whether an object is one value, not a map of attributes. */
export function isTypedValue(raw: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(raw);
  return (
    names.length === 0 || names.some((key) => keys[key.toLowerCase().replaceAll("_", "")]) || !!bitsOf(raw)
  );
}

function valueOfKind(kind: Kind, value: unknown, depth: number): ReadValue {
  switch (kind) {
    case "text":
      return typeof value === "string" ? value : unread;
    case "integer":
      return integerOf(value);
    case "flag":
      return typeof value === "boolean"
        ? value
        : value === "true"
          ? true
          : value === "false"
            ? false
            : unread;
    case "double":
      return doubleOf(value);
    case "bytes":
      return textOfBytes(value);
    case "inner":
      return readValue(value, depth + 1);
    default:
      return unread;
  }
}

/** A 64-bit integer that a number cannot hold exactly stays text. */
function integerOf(value: unknown): ReadValue {
  if (typeof value === "number") return value;
  const bits = bitsOf(value);
  const text = bits === undefined ? value : String(BigInt.asIntN(64, bits));
  if (typeof text !== "string" || !/^[+-]?\d+$/.test(text)) return unread;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

function doubleOf(value: unknown): ReadValue {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value === "") return unread;
  return Number.isNaN(Number(value)) && value !== "NaN" ? unread : Number(value);
}

/** Bytes that are text, such as the key of a message, as that text; all others as base64. */
function textOfBytes(value: unknown): ReadValue {
  const bytes = typeof value === "string" ? Buffer.from(value, "base64") : bytesOf(value);
  if (bytes === undefined) return unread;
  const text = Buffer.from(bytes).toString();
  return text.includes("\ufffd") ? Buffer.from(bytes).toString("base64") : text;
}
