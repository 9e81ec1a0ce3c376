import { expect, it } from "vitest";
import { durationOfMs } from "./format.ts";

it.each([
  [0, "0 ms"],
  [0.44, "440 µs"],
  [9.96, "9.96 ms"],
  [14, "14.0 ms"],
  [999.4, "999 ms"],
  [999.6, "1.00 s"],
  [9994, "9.99 s"],
  [9996, "10.0 s"],
  [31_200, "31.2 s"],
  [99_960, "100 s"],
  [1_234_000, "20 min 34 s"],
  [86_400_000, "24 h 0 min"],
])("writes %d ms as %s", (ms, text) => {
  expect(durationOfMs(ms)).toBe(text);
});
