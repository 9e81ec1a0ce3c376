import type { PbfReader } from "pbf";
import { maxValueDepth } from "./model.ts";
import { expectEnd, expectType, lengthEnd, malformed, wireFixed64, wireVarint } from "./wire.ts";

/**
 * Walks one KeyValue without building it and throws when its bytes do not fit the schema, so that everything stored
 * undecoded can be decoded later. `pbf` is at the length of the message.
 */
export function checkKeyValue(pbf: PbfReader, parentEnd: number, depth = 0): void {
  const end = lengthEnd(pbf, parentEnd, "attribute");
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) pbf.pos = lengthEnd(pbf, end, "attribute key");
    else if (field === 2) checkAnyValue(pbf, end, depth);
  }
  expectEnd(pbf, end, "attribute");
}

function checkAnyValue(pbf: PbfReader, parentEnd: number, depth: number): void {
  if (depth > maxValueDepth) throw malformed(`attribute values are nested deeper than ${maxValueDepth}`);
  const end = lengthEnd(pbf, parentEnd, "attribute value");
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1 || field === 7) pbf.pos = lengthEnd(pbf, end, "attribute value");
    else if (field === 2 || field === 3) expectType(pbf, wireVarint, "attribute value");
    else if (field === 4) expectType(pbf, wireFixed64, "attribute value");
    else if (field === 5) checkList(pbf, end, checkAnyValue, depth + 1);
    else if (field === 6) checkList(pbf, end, checkKeyValue, depth + 1);
  }
  expectEnd(pbf, end, "attribute value");
}

/** ArrayValue and KeyValueList both hold their values in field 1. */
function checkList(
  pbf: PbfReader,
  parentEnd: number,
  checkItem: (pbf: PbfReader, end: number, depth: number) => void,
  depth: number,
): void {
  const end = lengthEnd(pbf, parentEnd, "list value");
  for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
    if (field === 1) checkItem(pbf, end, depth);
  }
  expectEnd(pbf, end, "list value");
}
