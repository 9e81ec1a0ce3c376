import { promises as fs, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SpanStatusCode } from "@opentelemetry/api";
import { expect, it, onTestFinished } from "vitest";
import { operationResult } from "../shared/pipeline/order.ts";
import type { Profile } from "../shared/pipeline/workload-names.ts";
import { readConfig } from "../shared/settings.ts";
import { recordSpans } from "./recording-tracer.fixture.ts";
import { createWorkloads, type WorkloadsOptions } from "./workloads.ts";

const spans = recordSpans();
const spanOf = (orderId: string) => spans.find((span) => span.attributes["holdup.order.id"] === orderId);

const cpuOnly: Profile = { cpu: 1, io: 0, intensities: ["light", "medium"] };

function start(options: Partial<WorkloadsOptions> = {}) {
  const workDir = mkdtempSync(join(tmpdir(), "holdup-test-"));
  const workloads = createWorkloads({
    ...readConfig({}),
    profile: cpuOnly,
    redisUrl: "redis://127.0.0.1:1",
    workDir,
    threads: 2,
    scale: 0.02,
    maxQueue: 10,
    ...options,
  });
  onTestFinished(async () => {
    await workloads.stop();
    await fs.rm(workDir, { recursive: true, force: true });
  });
  return workloads;
}

it("gives the same result for the same seed, in any order and pool", async () => {
  const orders = [1, 2, 3, 4].map((seed) => ({ orderId: crypto.randomUUID(), seed }));
  const sum = async (order: { orderId: string; seed: number }) => {
    const { runMs, ...result } = await workloads.run("data_analysis", order);
    expect(runMs).toBeGreaterThan(0);
    return result;
  };
  let workloads = start();
  const first = await Promise.all(orders.map(sum));
  workloads = start({ threads: 1 });
  const second = await Promise.all(orders.toReversed().map(sum));
  expect(second.toReversed()).toEqual(first);
  expect(new Set(first.map((result) => result.checksum)).size).toBe(4);
});

it("returns exactly the fields that the stages pass on", async () => {
  const result = await start().run("input_validation", { orderId: crypto.randomUUID(), seed: 1 });
  expect(operationResult.strict().parse(result)).toEqual(result);
});

it("records in the span what ran, on how many threads, and how long it waited for one", async () => {
  const workloads = start({ threads: 1 });
  const orders = [1, 2].map((seed) => ({ orderId: crypto.randomUUID(), seed }));
  const workload = { business_logic: "intensive_prime_computation" } as const;
  const [first, second] = await Promise.all(
    orders.map((order) => workloads.run("business_logic", { ...order, workload })),
  );

  const span = spanOf(orders[1]?.orderId ?? "");
  expect(span).toMatchObject({
    name: "business_logic",
    ends: 1,
    status: undefined,
    attributes: {
      "workload.type": "cpu_heavy",
      "workload.intensity": "heavy",
      "workload.operation": "intensive_prime_computation",
      "workload.items": second?.items,
      "workload.seed": expect.any(Number),
      "workload.threads": 1,
      "workload.queue_ms": expect.any(Number),
    },
  });
  // It waited for all of the other one; that is not run time.
  expect(span?.attributes["workload.queue_ms"]).toBeGreaterThanOrEqual(first?.runMs ?? Number.NaN);
});

it("counts the threads of a sliced operation", async () => {
  const orderId = crypto.randomUUID();
  const workload = { business_logic: "extreme_cpu_computation" } as const;
  await start({ threads: 2 }).run("business_logic", { orderId, seed: 1, workload });
  expect(spanOf(orderId)?.attributes["workload.threads"]).toBe(2);
});

it("records a failure on the span, ends the span, and passes the failure on with its code", async () => {
  const orderId = crypto.randomUUID();
  const workloads = start();
  await workloads.stop();
  await expect(workloads.run("audit_logging", { orderId, seed: 1 })).rejects.toMatchObject({
    code: "HOLDUP_STOPPING",
  });
  expect(spanOf(orderId)).toMatchObject({
    ends: 1,
    status: { code: SpanStatusCode.ERROR },
    attributes: { "error.type": "HOLDUP_STOPPING" },
    exceptions: [expect.objectContaining({ code: "HOLDUP_STOPPING" })],
  });
});

it("reports to an observer which threads run an operation, and calls it to write to the span at the end", async () => {
  const events: string[] = [];
  const threadIds = new Set<number>();
  const orderId = crypto.randomUUID();
  const workloads = start({
    observe: (span, choice) => {
      events.push(choice.operation);
      return {
        sliceStarted: (slice, worker) => {
          threadIds.add(worker.threadId);
          events.push(`start ${slice}`);
        },
        sliceEnded: (slice, outcome) => events.push(`end ${slice} ${outcome?.ok}`),
        end: () => span.setAttribute("resource.samples", 7),
      };
    },
  });
  await workloads.run("input_validation", {
    orderId,
    seed: 1,
    workload: { input_validation: "hash_computation" },
  });
  expect(events).toEqual(["hash_computation", "start 0", "end 0 true"]);
  expect([...threadIds]).toEqual([expect.any(Number)]);
  expect(spanOf(orderId)?.attributes["resource.samples"]).toBe(7);
});

it("finishes a running operation when it stops", async () => {
  const workloads = start();
  const order = {
    orderId: crypto.randomUUID(),
    seed: 1,
    workload: { data_analysis: "extreme_cpu_computation" } as const,
  };
  const running = workloads.run("data_analysis", order);
  await workloads.stop();
  expect((await running).operation).toBe("extreme_cpu_computation");
});
