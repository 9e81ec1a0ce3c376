import type { ServerResponse } from "node:http";
import { sendJson } from "../http/answer.ts";
import type { JaegerError } from "./model.ts";

/** Jaeger's structuredResponse; as in Jaeger, `total` is the number of names in a list, and 0 for traces. */
export function envelope(data: unknown, total = 0, errors: readonly JaegerError[] | null = null): object {
  return { data, total, limit: 0, offset: 0, errors };
}

export function sendError(response: ServerResponse, code: number, msg: string): void {
  sendJson(response, code, envelope(null, 0, [{ code, msg }]));
}

/** Errors of `/api/v3` have the shape of grpc-gateway. */
export function sendV3Error(response: ServerResponse, httpCode: number, message: string): void {
  sendJson(response, httpCode, { error: { httpCode, message } });
}
