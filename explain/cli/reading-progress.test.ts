import { expect, it } from "vitest";
import { createReadingProgress } from "./reading-progress.ts";

function progressOn(stream: { isTTY?: boolean }) {
  const written: string[] = [];
  let nowMs = 0;
  const sink = { ...stream, write: (text: string) => written.push(text) };
  const progress = createReadingProgress(sink, () => nowMs);
  return {
    progress,
    written,
    at: (ms: number, count: number) => {
      nowMs = ms;
      progress.read(count);
    },
  };
}

it("shows nothing while reading is fast", () => {
  const { progress, written, at } = progressOn({ isTTY: true });
  at(10, 400);
  progress.explaining();
  progress.clear();
  expect(written).toEqual([]);
});

it("counts on one line of a terminal, and erases it", () => {
  const { progress, written, at } = progressOn({ isTTY: true });
  at(600, 12_000);
  at(610, 1000);
  at(1000, 1000);
  progress.explaining();
  progress.clear();
  expect(written.join("")).toContain("12,000 spans read");
  expect(written.join("")).not.toContain("13,000");
  expect(written.join("")).toContain("explaining 14,000 spans");
  expect(written.at(-1)).toBe("\r\u001b[K");
});

it("counts one span in the singular", () => {
  const { written, at } = progressOn({});
  at(20_000, 1);
  expect(written).toEqual([expect.stringMatching(/ 1 span read\n$/)]);
});

it("prints a line every ten seconds where there is no terminal", () => {
  const { written, at } = progressOn({});
  for (let ms = 0; ms <= 25_000; ms += 500) at(ms, 1000);
  expect(written).toEqual([
    expect.stringContaining("21,000 spans read\n"),
    expect.stringContaining("41,000 spans read\n"),
  ]);
});
