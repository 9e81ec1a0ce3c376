import { expect, it } from "vitest";
import { readDuration } from "./read-duration.ts";

it.each([
  ["7us", 7e3],
  ["7µs", 7e3],
  ["7μs", 7e3],
  ["500ms", 5e8],
  ["30s", 3e10],
  ["10m", 6e11],
  ["10min", 6e11],
  [" 1.5 h ", 5.4e12],
  ["1d", 8.64e13],
])("reads %s", (text, ns) => {
  expect(readDuration(text)).toBe(ns);
});

it.each(["", "10", "s", "-5m", "5M", "1e3s", "2 weeks", "5constructor", "1.s"])(
  "reads no time from %j",
  (text) => {
    expect(readDuration(text)).toBeUndefined();
  },
);
