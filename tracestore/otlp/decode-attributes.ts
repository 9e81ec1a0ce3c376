import type { PbfReader } from "pbf";
import type { AnyValue, KeyValue } from "./model.ts";
import {
  expectEnd,
  expectType,
  lengthEnd,
  readBytes,
  readInt64,
  readText,
  toBuffer,
  wireFixed64,
  wireVarint,
} from "./wire.ts";

/** Reads one KeyValue; `pbf` is at the length of the message. The last field of a oneof wins, as in protobuf. */
export function readKeyValue(pbf: PbfReader, parentEnd: number): KeyValue {
  const end = lengthEnd(pbf, parentEnd, "attribute");
  let key = "";
  let value: AnyValue = {};
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) key = readText(pbf, end, "attribute key");
    else if (field === 2) value = readAnyValue(pbf, end);
  }
  expectEnd(pbf, end, "attribute");
  return { key, value };
}

function readAnyValue(pbf: PbfReader, parentEnd: number): AnyValue {
  const end = lengthEnd(pbf, parentEnd, "attribute value");
  let value: AnyValue = {};
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    value = readValueField(pbf, end, field) ?? value;
  }
  expectEnd(pbf, end, "attribute value");
  return value;
}

function readValueField(pbf: PbfReader, end: number, field: number): AnyValue | undefined {
  switch (field) {
    case 1:
      return { stringValue: readText(pbf, end, "attribute value") };
    case 2:
      expectType(pbf, wireVarint, "attribute value");
      return { boolValue: pbf.readBoolean() };
    case 3:
      expectType(pbf, wireVarint, "attribute value");
      return { intValue: readInt64(pbf) };
    case 4:
      expectType(pbf, wireFixed64, "attribute value");
      return { doubleValue: printable(pbf.readDouble()) };
    case 5:
      return { arrayValue: { values: readList(pbf, end, readAnyValue) } };
    case 6:
      return { kvlistValue: { values: readList(pbf, end, readKeyValue) } };
    case 7:
      return { bytesValue: toBuffer(readBytes(pbf, end, "attribute value")).toString("base64") };
    default:
      return undefined;
  }
}

/** JSON has no infinities and no NaN; protobuf's JSON mapping writes them as text. */
function printable(value: number): number | "NaN" | "Infinity" | "-Infinity" {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

function readList<T>(pbf: PbfReader, parentEnd: number, readItem: (pbf: PbfReader, end: number) => T): T[] {
  const end = lengthEnd(pbf, parentEnd, "list value");
  const values: T[] = [];
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) values.push(readItem(pbf, end));
  }
  expectEnd(pbf, end, "list value");
  return values;
}
