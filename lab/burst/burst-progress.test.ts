import { expect, it, onTestFinished, vi } from "vitest";
import { createLedger } from "../../traffic/ledger.ts";
import { planOrders } from "../../traffic/order-plan.ts";
import { progressText, showProgress } from "./burst-progress.ts";

it("refreshes one line of a terminal and erases it at the end", () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const written: string[] = [];
  const stream = { isTTY: true, columns: 30, write: (text: string) => written.push(text) };
  let step = 0;
  const progress = showProgress(stream, () => `step ${++step}`);
  vi.advanceTimersByTime(500);
  progress.stop();
  vi.advanceTimersByTime(5000);
  expect(step).toBe(2);
  expect(written.at(-2)).toContain("step 2");
  expect(written.at(-1)).toBe("\r\u001b[K");
});

it("counts a burst's orders by state", () => {
  const plan = { count: 3, items: 3, seed: 1, forcings: [] };
  const ledger = createLedger(
    planOrders(plan, () => 1),
    () => 0,
  );
  expect(progressText(ledger)).toBe("0/3 sent, 0 accepted, 0 analysed");
  ledger.sent(1);
  ledger.sent(2);
  ledger.answered(2, { accepted: false, isKnown: false, reason: "connection reset" });
  expect(progressText(ledger)).toBe("2/3 sent, 0 accepted, 0 analysed, 1 unknown, 1 unanswered");
});
