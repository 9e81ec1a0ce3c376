import express, { type ErrorRequestHandler, type Request, type Response } from "express";
import { type ErrorCode, HoldupError, toHoldupError } from "../../core/errors.ts";
import type { Logger } from "../telemetry/log.ts";
import { sendProblem } from "./problems.ts";

const maxBodyBytes = 16 * 1024;

export const readJson = express.json({ limit: maxBodyBytes, strict: false });

/** Refuses a body of another content type before reading it. */
export function requireJson(request: Request, _response: Response, next: () => void): void {
  if (!request.is("application/json")) {
    throw new HoldupError(
      "HOLDUP_CONTENT_TYPE_UNSUPPORTED",
      `Content-Type is ${request.get("content-type") ?? "missing"}; send it as application/json.`,
    );
  }
  next();
}

/** Answers 405 for methods that a path does not support. */
export function refuseMethod(allowed: string) {
  return (request: Request, response: Response) => {
    response.set("allow", allowed);
    throw new HoldupError(
      "HOLDUP_METHOD_NOT_ALLOWED",
      `${request.method} is not allowed here; use ${allowed}.`,
    );
  };
}

/** Answers every error with a problem document; `unreadable` is the code for a request that cannot be parsed. */
export function answerError({
  log,
  unreadable,
}: {
  log: Logger;
  unreadable: ErrorCode;
}): ErrorRequestHandler {
  return (thrown, _request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const error = requestError(thrown, unreadable) ?? toHoldupError(thrown);
    if (error.code === "HOLDUP_INTERNAL") log.error({ err: error }, "request failed");
    sendProblem(response, error);
  };
}

/** An error of body-parser or the router, recognised by its status. */
function requestError(thrown: unknown, unreadable: ErrorCode): HoldupError | undefined {
  if (!(thrown instanceof Error) || !("status" in thrown)) return undefined;
  const options = { cause: thrown };
  switch (thrown.status) {
    case 400:
      return new HoldupError(unreadable, `The request cannot be read: ${thrown.message}`, options);
    case 413:
      return new HoldupError(
        "HOLDUP_BODY_TOO_LARGE",
        `The body has more than ${maxBodyBytes} bytes.`,
        options,
      );
    case 415:
      return new HoldupError(
        "HOLDUP_CONTENT_TYPE_UNSUPPORTED",
        `The body cannot be read: ${thrown.message}`,
        options,
      );
    default:
      return undefined;
  }
}
