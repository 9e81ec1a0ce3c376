import { describe, expect, it } from "vitest";
import { HoldupError } from "../../core/errors.ts";
import { type AttemptOptions, withAttempts } from "./attempts.ts";

const redisAway = new HoldupError("HOLDUP_REDIS_UNREACHABLE", "Redis does not answer");
const workFailed = new HoldupError("HOLDUP_WORKLOAD_FAILED", "the worker died");
const wrong = new HoldupError("HOLDUP_WORKLOAD_WRONG_RESULT", "read back something else");

function options(change: Partial<AttemptOptions> = {}): AttemptOptions & { retries: number[] } {
  const retries: number[] = [];
  return {
    maxAttempts: 3,
    retryDelayMs: 1,
    signal: new AbortController().signal,
    onRetry: (_error, attempt) => retries.push(attempt),
    retries,
    ...change,
  };
}

/** Fails with the given errors, one per attempt, and then succeeds. */
function failing(...errors: unknown[]) {
  return async (attempt: number) => {
    if (attempt <= errors.length) throw errors[attempt - 1];
    return attempt;
  };
}

describe("attempts", () => {
  it("end with the first success", async () => {
    const used = options();
    expect(await withAttempts(failing(workFailed, workFailed), used)).toBe(3);
    expect(used.retries).toEqual([1, 2]);
  });

  it("end at once with an error that no retry can fix", async () => {
    const used = options();
    await expect(withAttempts(failing(wrong), used)).rejects.toBe(wrong);
    expect(used.retries).toEqual([]);
  });

  it("end with the last error after the maximum number of attempts", async () => {
    await expect(withAttempts(failing(workFailed, workFailed, workFailed), options())).rejects.toBe(
      workFailed,
    );
  });

  it("do not count an outage", async () => {
    const away = Array.from({ length: 6 }, () => redisAway);
    expect(await withAttempts(failing(...away), options())).toBe(7);
  });

  it("treat an error that is not Holdup's as retriable", async () => {
    expect(await withAttempts(failing(new TypeError("oops")), options())).toBe(2);
  });

  it("stop between two attempts when the service stops", async () => {
    const stopping = new AbortController();
    const used = options({ signal: stopping.signal, retryDelayMs: 60_000, onRetry: () => stopping.abort() });
    await expect(withAttempts(failing(workFailed), used)).rejects.toMatchObject({ code: "HOLDUP_STOPPING" });
  });
});
