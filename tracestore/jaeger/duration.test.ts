import { describe, expect, it } from "vitest";
import { parseGoDuration } from "./duration.ts";

describe("parseGoDuration", () => {
  it.each([
    ["0", 0],
    ["1.5s", 1_500_000_000],
    ["1h30m", 5_400_000_000_000],
    ["100us", 100_000],
    ["100µs", 100_000],
    ["100μs", 100_000],
    [".5ms", 500_000],
    ["-3ns", -3],
    ["+2ms", 2_000_000],
  ])("reads %s", (text, nanoseconds) => {
    expect(parseGoDuration(text)).toBe(nanoseconds);
  });

  it.each([
    ["", 'time: invalid duration ""'],
    ["fast", 'time: invalid duration "fast"'],
    ["10", 'time: missing unit in duration "10"'],
    ["10d", 'time: unknown unit "d" in duration "10d"'],
  ])("refuses %j in Go's words", (text, message) => {
    expect(() => parseGoDuration(text)).toThrow(message);
  });
});
