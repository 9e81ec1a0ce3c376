import { expect, it } from "vitest";
import { formatDuration } from "./duration.ts";

it.each([
  [0, "0 ms"],
  [0.44, "0.4 ms"],
  [9.96, "10 ms"],
  [999.4, "999 ms"],
  [999.6, "1.00 s"],
  [9994, "9.99 s"],
  [9996, "10.0 s"],
  [99_960, "100 s"],
  [86_400_000, "86400 s"],
])("writes %d ms as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
