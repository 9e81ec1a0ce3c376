import { expect, it } from "vitest";
import { timeline } from "./timeline.ts";

it("draws each leg as long as it took", () => {
  const legs = [
    { kind: "accept", fromMs: 100, toMs: 300 },
    { kind: "wait", stage: "processing", fromMs: 300, toMs: 600 },
    { kind: "run", stage: "processing", fromMs: 600, toMs: 800 },
    { kind: "wait", stage: "notification", fromMs: 800, toMs: 900 },
    { kind: "run", stage: "notification", fromMs: 900, toMs: 1000 },
  ] as const;
  expect(timeline(legs, 1200, 12)).toBe(" aa...PP.N");
});

it("shows a run that is much shorter than a character rather than the wait around it", () => {
  const legs = [
    { kind: "wait", stage: "processing", fromMs: 0, toMs: 550 },
    { kind: "run", stage: "processing", fromMs: 550, toMs: 551 },
    { kind: "wait", stage: "notification", fromMs: 551, toMs: 1000 },
  ] as const;
  expect(timeline(legs, 1000, 10)).toBe(".....P....");
});

it("is empty for an order that was never sent", () => {
  expect(timeline([], 1000, 10)).toBe("");
});
