import { describe, expect, it } from "vitest";
import { type StageName, stageNames } from "../../shared/pipeline/stages.ts";
import { createLedger, type OrderView } from "../../traffic/ledger.ts";
import { type BurstPlan, planOrders } from "../../traffic/order-plan.ts";
import { type BurstSummary, summarise } from "../../traffic/summary.ts";
import { reportLines } from "./burst-report.ts";

/** The stages of the drawings. */
const drawn = ["processing", "notification", "analytics"] as const satisfies readonly StageName[];

/** An order that went through all stages. Those that are not drawn take no time. */
function doneView(times: Record<(typeof drawn)[number], { startedMs: number; endedMs: number }>): OrderView {
  const known: OrderView["stages"] = times;
  const stages: Record<string, { startedMs: number; endedMs?: number }> = {};
  let endedMs = 0;
  for (const name of stageNames) {
    const stage = known[name] ?? { startedMs: endedMs, endedMs };
    stages[name] = stage;
    endedMs = stage.endedMs ?? endedMs;
  }
  return { status: "done", stages };
}

/** Five orders: analysed after a long wait, analysed, still in processing, dead, refused. */
function summaryOfFive(): BurstSummary {
  const plan: BurstPlan = { count: 5, ratePerSecond: 10, items: 2, seed: 42, forcings: [] };
  let nowMs = 0;
  const ledger = createLedger(
    planOrders(plan, (_, index) => index),
    () => nowMs,
  );
  const traceId = (number: number) => `${number}`.repeat(32);
  for (const number of [1, 2, 3, 4]) {
    nowMs = (number - 1) * 100;
    ledger.sent(number);
    nowMs += 12;
    ledger.answered(number, { accepted: true, orderId: `id-${number}`, traceId: traceId(number) });
  }
  nowMs = 400;
  ledger.sent(5);
  ledger.answered(5, { accepted: false, isKnown: true, reason: "503 Kafka did not accept the order" });
  ledger.seen(
    1,
    doneView({
      processing: { startedMs: 20, endedMs: 30_020 },
      notification: { startedMs: 30_030, endedMs: 30_040 },
      analytics: { startedMs: 30_050, endedMs: 30_100 },
    }),
  );
  ledger.seen(
    2,
    doneView({
      processing: { startedMs: 30_100, endedMs: 30_200 },
      notification: { startedMs: 30_210, endedMs: 30_220 },
      analytics: { startedMs: 30_230, endedMs: 30_240 },
    }),
  );
  ledger.seen(3, { status: "processing", stages: { processing: { startedMs: 30_200 } } });
  ledger.seen(4, { status: "dead", stages: { processing: { startedMs: 30_300 } } });
  const startedAt = new Date("2026-01-01T00:00:00.000Z");
  return summarise({
    ledger,
    plan,
    apiUrl: "http://127.0.0.1:8080",
    startedAt,
    nowMs: 40_000,
    ended: "overdue",
  });
}

describe("reportLines", () => {
  it("shows counts, times, reasons and the slowest orders in 80 columns", () => {
    const lines = reportLines(summaryOfFive(), 80, drawn);
    expect(lines.join("\n")).toBe(
      `accepted  4  by the API
analysed  2  all stages done
failed    1  not accepted by the API
dead      1  in a dead-letter topic
dropped   1  accepted, still in progress when the time was up

             p50      p95      p99      max
accept   12.0 ms  12.0 ms  12.0 ms  12.0 ms
journey   30.1 s   30.1 s   30.1 s   30.1 s

Reasons for failed orders
  1 × 503 Kafka did not accept the order

Dead-lettered orders
  order 4
  trace 44444444444444444444444444444444

Slowest orders: wait + run of each stage
order   journey   accept        processing       notification          analytics
    3  > 39.8 s  12.0 ms   30.0 s + 9.80 s                  -                  -
       trace 33333333333333333333333333333333
    2    30.1 s  12.0 ms   30.0 s + 100 ms  10.0 ms + 10.0 ms  10.0 ms + 10.0 ms
       trace 22222222222222222222222222222222
    1    30.1 s  12.0 ms  8.00 ms + 30.0 s  10.0 ms + 10.0 ms  10.0 ms + 50.0 ms
       trace 11111111111111111111111111111111

To repeat it:
  ./holdup burst --count 5 --rate 10 --items 2 --seed 42`,
    );
  });

  it.each([79, 60, 50, 40])("fits %i columns, except for the command to copy", (columns) => {
    const lines = reportLines(summaryOfFive(), columns).slice(0, -1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    const text = lines.join("\n");
    for (const shown of ["accepted", "p99", "503 Kafka", "33333333333333333333333333333333"])
      expect(text).toContain(shown);
  });

  it("does not count an order without an answer as not accepted", () => {
    const five = summaryOfFive();
    const lines = reportLines({ ...five, counts: { ...five.counts, failed: 0, unknown: 1 } }, 80);
    expect(lines).toContain("failed    0");
    expect(lines).toContain("unknown   1  no answer; they may be in Kafka");
    expect(lines).toContain("Reasons for failed or unknown orders");
  });

  it("escapes the API's error messages", () => {
    const failures = [{ reason: "503 \u001b[2J\nall well\u202e", count: 2 }];
    const lines = reportLines({ ...summaryOfFive(), failures }, 80);
    expect(lines).toContain("  2 × 503 \\u001b[2J\\u000aall well\\u202e");
  });

  it("reports orders that were sent late, because times are measured from when they were due", () => {
    const lines = reportLines({ ...summaryOfFive(), maxSentLateMs: 3200 }, 80);
    expect(lines.join(" ")).toContain(
      "Orders were sent up to 3.20 s late, because no CPU time or no connection (of 256) was free; times are",
    );
  });

  it("shows no times and no slowest orders when none was accepted", () => {
    const none = { ...summaryOfFive(), acceptMs: null, journeyMs: null, slowest: [], failures: [] };
    const text = reportLines({ ...none, counts: { ...none.counts, dead: 0 } }, 80).join("\n");
    expect(text).not.toContain("p50");
    expect(text).not.toContain("Slowest");
  });
});
