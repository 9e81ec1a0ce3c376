import { expect, it } from "vitest";
import type { OrderRecord } from "../../shared/pipeline/order-store.ts";
import type { InstanceReport } from "../../shared/report/report.ts";
import { presentOf } from "./present.ts";

const report = (service: string, runs: InstanceReport["runs"]): InstanceReport => ({
  instance: `${service}-1`,
  service,
  startedAtMs: 0,
  restarts: 0,
  cpuPercent: 0,
  memoryMb: 0,
  source: "process",
  loopDelayMs: 0,
  workers: { threads: 1, busy: 1, queued: 0 },
  runs,
});

it("takes what services handle now from their reports", () => {
  const run = { topic: "orders", partition: 1, offset: 7, startedAtMs: 5, orderId: "a" };
  const elsewhere = { ...run, topic: "somebody-elses" };
  const reports = [report("processing-service", [run, elsewhere]), report("api-service", [])];
  expect(presentOf(reports, new Map(), 9)).toMatchObject({
    nowMs: 9,
    running: [{ ...run, group: "processing-service", operation: undefined, intensity: undefined }],
  });
});

it("takes how far orders are from what stages have recorded", () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const order = (status: OrderRecord["status"], more: Partial<OrderRecord>) =>
    ({ orderId: "", status, stages: {}, ...more }) as const;
  const orders = new Map<string, OrderRecord>([
    [
      "a",
      order("processing", {
        stages: {
          processing: { startedAt: at(1), endedAt: at(2), attempts: 1 },
          notification: { startedAt: at(3), attempts: 2 },
        },
      }),
    ],
    ["b", order("dead", { dead: { stage: "processing", code: "C", message: "", at: at(8) } })],
    ["c", order("withdrawn", {})],
  ]);
  const { progressOf = () => undefined } = presentOf([], orders, 9);
  expect(progressOf("a", "processing-service")).toEqual({ startedAtMs: 1, endedAtMs: 2 });
  expect(progressOf("a", "notification-service")).toEqual({ startedAtMs: 3, endedAtMs: undefined });
  expect(progressOf("a", "analytics-service")).toEqual({ startedAtMs: undefined, endedAtMs: undefined });
  expect(progressOf("b", "processing-service")).toEqual({ startedAtMs: undefined, endedAtMs: 8 });
  expect(progressOf("c", "processing-service")).toBeUndefined();
  expect(progressOf("d", "processing-service")).toBeUndefined();
});
