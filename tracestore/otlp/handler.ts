import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { type ErrorCode, HoldupError, messageOf } from "../../core/errors.ts";
import { foreignHostMessage, type HostCheck } from "../http/hosts.ts";
import type { Handler } from "../http/listener.ts";
import type { Written } from "../storage/write.ts";
import { exportResponse, type OtlpType, rpcCode, statusMessage } from "./answers.ts";
import type { BodyReader } from "./body.ts";
import { decodeJson } from "./decode-json.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import type { IncomingRequest } from "./incoming.ts";

export type OtlpHandlerOptions = {
  readonly ingest: (request: IncomingRequest) => Written;
  readonly readBody: BodyReader;
  readonly isServedHost: HostCheck;
  readonly log: Logger;
};

const retryAfterSeconds = "2";
const unsupportedSignals = new Set(["/v1/metrics", "/v1/logs", "/v1development/profiles"]);

const refusals: Partial<Record<ErrorCode, { status: number; code: number }>> = {
  HOLDUP_OTLP_MALFORMED: { status: 400, code: rpcCode.invalidArgument },
  HOLDUP_OTLP_TOO_LARGE: { status: 413, code: rpcCode.resourceExhausted },
  HOLDUP_OTLP_UNSUPPORTED: { status: 415, code: rpcCode.invalidArgument },
  HOLDUP_TRACES_OVERLOADED: { status: 503, code: rpcCode.unavailable },
  HOLDUP_TRACES_WRITE_FAILED: { status: 503, code: rpcCode.unavailable },
};

/**
 * OTLP/HTTP (opentelemetry-proto, docs/specification.md): answers 200 only after the spans are committed; every 4xx and 5xx
 * has a google.rpc.Status in the content type of the request.
 */
export function createOtlpHandler({ ingest, readBody, isServedHost, log }: OtlpHandlerOptions): Handler {
  async function take(request: IncomingMessage, response: ServerResponse, type: OtlpType): Promise<void> {
    const body = await readBody(request);
    const decoded = type === "application/json" ? decodeJson(body) : decodeProtobuf(body);
    const { late } = ingest(decoded);
    const rejected = decoded.rejectedSpans + late;
    if (decoded.rejectedSpans > 0) log.warn({ rejected: decoded.rejectedSpans }, decoded.errorMessage);
    const why = [decoded.errorMessage, lateMessage(late)].filter((reason) => reason !== "").join(" ");
    send(response, 200, type, exportResponse(type, rejected, why));
  }

  return (request, response) => {
    const type = typeOf(request);
    const answerIn = type ?? "application/json";
    const refuse = (status: number, code: number, message: string) => {
      request.resume();
      send(response, status, answerIn, statusMessage(answerIn, code, message));
    };
    if (!isServedHost(request.headers.host)) return refuse(403, rpcCode.permissionDenied, foreignHostMessage);
    const path = request.url?.split("?", 1)[0] ?? "";
    if (path !== "/v1/traces") return refuse(404, rpcCode.notFound, notFoundMessage(path));
    if (request.method !== "POST") {
      response.setHeader("allow", "POST");
      return refuse(405, rpcCode.unimplemented, "Send traces with POST.");
    }
    if (type === undefined) {
      return refuse(
        415,
        rpcCode.invalidArgument,
        "Content-Type must be application/x-protobuf or application/json.",
      );
    }
    take(request, response, type).catch((error: unknown) => {
      const refusal = error instanceof HoldupError ? refusals[error.code] : undefined;
      const { status, code } = refusal ?? { status: 500, code: rpcCode.internal };
      if (status >= 500) log.error({ err: error }, "A request could not be stored");
      else log.warn({ status }, messageOf(error));
      if (status === 503) response.setHeader("retry-after", retryAfterSeconds);
      if (status === 415) response.setHeader("accept-encoding", "gzip");
      const message = refusal ? messageOf(error) : "The trace store failed; its log shows why.";
      refuse(status, code, message);
    });
  };
}

function typeOf(request: IncomingMessage): OtlpType | undefined {
  const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  return type === "application/json" || type === "application/x-protobuf" ? type : undefined;
}

function notFoundMessage(path: string): string {
  if (!unsupportedSignals.has(path)) return "Send traces to /v1/traces; there is no other path.";
  return `${path} is not accepted: this is a trace store. Turn the exporter off (OTEL_METRICS_EXPORTER=none, OTEL_LOGS_EXPORTER=none) or send to another backend.`;
}

function lateMessage(late: number): string {
  if (late === 0) return "";
  return `${late} ${late === 1 ? "span" : "spans"} rejected: the trace had already been evicted to keep within HOLDUP_TRACES_MAX_SPANS.`;
}

function send(response: ServerResponse, status: number, type: OtlpType, body: Uint8Array): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    "content-type": type,
    "content-length": body.length,
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
