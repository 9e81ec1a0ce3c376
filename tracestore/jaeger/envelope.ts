import type { ServerResponse } from "node:http";
import { sendJson } from "../http/answer.ts";
import type { JaegerError } from "./model.ts";

/** Jaeger's structuredResponse; `total` counts the names in a list and stays 0 for traces, as there. */
export function envelope(data: unknown, total = 0, errors: readonly JaegerError[] | null = null): object {
  return { data, total, limit: 0, offset: 0, errors };
}

export function sendError(response: ServerResponse, code: number, msg: string): void {
  sendJson(response, code, envelope(null, 0, [{ code, msg }]));
}

/** Errors of `/api/v3` have grpc-gateway's shape. */
export function sendV3Error(response: ServerResponse, httpCode: number, message: string): void {
  sendJson(response, httpCode, { error: { httpCode, message } });
}
