import { PbfWriter } from "pbf";

/** Content types of OTLP/HTTP; an answer has the type of its request. */
export type OtlpType = "application/x-protobuf" | "application/json";

/** google.rpc.Code numbers (google/rpc/code.proto). */
export const rpcCode = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** ExportTraceServiceResponse; partial_success stays unset when every span was accepted. */
export function exportResponse(type: OtlpType, rejectedSpans: number, errorMessage: string): Uint8Array {
  const isPartial = rejectedSpans > 0 || errorMessage !== "";
  if (type === "application/json") {
    const partialSuccess = { rejectedSpans: String(rejectedSpans), errorMessage };
    return Buffer.from(JSON.stringify(isPartial ? { partialSuccess } : {}));
  }
  const pbf = new PbfWriter();
  if (isPartial) {
    pbf.writeMessage(
      1,
      () => {
        if (rejectedSpans > 0) pbf.writeVarintField(1, rejectedSpans);
        pbf.writeStringField(2, errorMessage);
      },
      undefined,
    );
  }
  return pbf.finish();
}

/** google.rpc.Status, the body that OTLP requires with every 4xx and 5xx. */
export function statusMessage(type: OtlpType, code: number, message: string): Uint8Array {
  if (type === "application/json") return Buffer.from(JSON.stringify({ code, message }));
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, code);
  pbf.writeStringField(2, message);
  return pbf.finish();
}
