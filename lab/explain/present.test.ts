import { expect, it } from "vitest";
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

it("takes what services handle now, and which groups are alive, from their reports", () => {
  const run = { topic: "orders", partition: 1, offset: 7, startedAtMs: 5, orderId: "a" };
  const elsewhere = { ...run, topic: "somebody-elses" };
  const reports = [report("processing-service", [run, elsewhere]), report("api-service", [])];
  expect(presentOf(reports, 9)).toEqual({
    nowMs: 9,
    alive: new Set(["processing-service"]),
    running: [{ ...run, group: "processing-service", operation: undefined, intensity: undefined }],
  });
});
