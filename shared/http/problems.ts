import type { Response } from "express";
import type { z } from "zod";
import type { ErrorCode, HoldupError } from "../../core/errors.ts";

/** An invalid field: its path, such as `workload.business_logic`, and what it must be. */
export type FieldError = { readonly field: string; readonly message: string };

/** Status and title of the answer for each code; any other code is a 500. `retryAfterS` becomes Retry-After. */
const answers: Partial<Record<ErrorCode, { status: number; title: string; retryAfterS?: number }>> = {
  HOLDUP_ORDER_INVALID: { status: 400, title: "The order is not valid" },
  HOLDUP_BODY_TOO_LARGE: { status: 413, title: "The body is too large" },
  HOLDUP_CONTENT_TYPE_UNSUPPORTED: { status: 415, title: "The body must be JSON" },
  HOLDUP_ORDER_NOT_FOUND: { status: 404, title: "No such order" },
  HOLDUP_ROUTE_NOT_FOUND: { status: 404, title: "No such route" },
  HOLDUP_METHOD_NOT_ALLOWED: { status: 405, title: "Method not allowed" },
  HOLDUP_OVERLOADED: { status: 503, title: "Too many operations are waiting", retryAfterS: 5 },
  HOLDUP_STOPPING: { status: 503, title: "The service is stopping", retryAfterS: 5 },
  HOLDUP_KAFKA_UNREACHABLE: { status: 503, title: "Kafka did not accept the order", retryAfterS: 5 },
  HOLDUP_REDIS_UNREACHABLE: { status: 503, title: "Redis does not answer", retryAfterS: 5 },
  HOLDUP_REDIS_REFUSING: { status: 503, title: "Redis refuses commands for now", retryAfterS: 5 },
  HOLDUP_BURST_INVALID: { status: 400, title: "The burst is not valid" },
  HOLDUP_BURST_UNDER_WAY: { status: 409, title: "A burst is running" },
  HOLDUP_QUERY_INVALID: { status: 400, title: "The query is not valid" },
  HOLDUP_HOST_FOREIGN: { status: 403, title: "Unknown host name" },
  HOLDUP_PAGE_FOREIGN: { status: 403, title: "Not sent by the console's own page" },
  HOLDUP_PAGES_TOO_MANY: { status: 503, title: "Too many pages are open", retryAfterS: 30 },
  HOLDUP_LAB_NOT_RUNNING: { status: 502, title: "The order API does not answer" },
  HOLDUP_ORDER_REFUSED: { status: 502, title: "The order API refused the order" },
  HOLDUP_TRACES_UNREADABLE: { status: 502, title: "The traces cannot be read" },
  HOLDUP_WORKLOAD_FAILED: { status: 503, title: "The work for the order failed", retryAfterS: 1 },
};

/** Sends an RFC 9457 problem document; `code` is the error's own, `errors` names the fields. */
export function sendProblem(
  response: Response,
  error: HoldupError,
  errors: readonly FieldError[] = [],
): void {
  const { status, title, retryAfterS } = answers[error.code] ?? { status: 500, title: "Internal error" };
  if (retryAfterS !== undefined) response.set("retry-after", `${retryAfterS}`);
  response
    .status(status)
    .type("application/problem+json")
    .send(
      `${JSON.stringify({
        type: `urn:holdup:problem:${error.code
          .replace(/^HOLDUP_/, "")
          .toLowerCase()
          .replaceAll("_", "-")}`,
        title,
        status,
        detail: error.message,
        code: error.code,
        ...(errors.length > 0 ? { errors } : {}),
      })}\n`,
    );
}

/** One entry for each field that is invalid or unknown to the schema. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        field: [...issue.path, key].join("."),
        message: "is not a known field",
      }));
    }
    return [{ field: issue.path.join(".") || "body", message: issue.message }];
  });
}
