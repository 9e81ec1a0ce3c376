import { expect, it } from "vitest";
import { createBackOff } from "./back-off.ts";

it("pauses longer with each crash, up to five seconds", () => {
  const backOff = createBackOff(() => 0);
  const pauses = Array.from({ length: 8 }, () => backOff.crashed());
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

it("begins anew after half a minute of health", () => {
  let nowMs = 0;
  const backOff = createBackOff(() => nowMs);
  backOff.crashed();
  backOff.crashed();
  backOff.ready();
  nowMs += 30_000;
  expect(backOff.crashed()).toBe(100);
});

it("does not take a short life, or a long one without readiness, for health", () => {
  let nowMs = 0;
  const backOff = createBackOff(() => nowMs);
  backOff.crashed();
  backOff.ready();
  nowMs += 29_999;
  expect(backOff.crashed()).toBe(200);
  nowMs += 60_000;
  expect(backOff.crashed()).toBe(400);
});
