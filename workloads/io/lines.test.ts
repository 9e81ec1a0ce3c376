import { expect, it } from "vitest";
import { lineBytes, linesOf, rewriteLines } from "./lines.ts";

it("writes the same lines whether at once or in batches, each of the same length", () => {
  const atOnce = linesOf(5, 0, 10);
  expect(linesOf(5, 0, 3) + linesOf(5, 3, 10)).toBe(atOnce);
  expect(
    atOnce
      .split("\n")
      .slice(0, -1)
      .map((line) => line.length + 1),
  ).toEqual(Array(10).fill(lineBytes));
  expect(linesOf(6, 0, 10)).not.toBe(atOnce);
});

it("rewrites lines differently in each pass and keeps their length", () => {
  expect(rewriteLines("abc\ndef\n", 2)).toBe("2ba\n2ed\n");
  expect(rewriteLines("abc\ndef\n", 3)).toBe("3ba\n3ed\n");
});
