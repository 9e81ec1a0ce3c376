import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { deadLetterTopic, firstTopic } from "../shared/pipeline/stages.ts";
import { type Lab, pidOf, processesOf, startLab } from "./holdup.ts";
import { testKafka } from "./kafka.ts";
import { accept, allDone, light, readOrder } from "./orders.ts";
import { readTrace, type SpanView } from "./traces.ts";

const patience = { timeout: 60_000, interval: 100 };

/**
 * Limits a process to 1 GiB of address space above its current size. It is the limit that `ulimit -v` or systemd's
 * `LimitAS` sets for a whole lab, here for one service of it.
 */
function limitMemory(pid: number): void {
  const [, usedKb] = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  execFileSync("prlimit", ["--pid", `${pid}`, `--as=${Number(usedKb) * 1024 + 2 ** 30}`]);
}

async function firstMessage(brokers: string, topic: string) {
  const consumer = testKafka(brokers).consumer({ groupId: "test", maxWaitTimeInMs: 100 });
  onTestFinished(() => consumer.disconnect());
  const first = Promise.withResolvers<{ value: unknown; headers: Record<string, string> }>();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
      first.resolve({ value: JSON.parse(String(message.value)), headers: Object.fromEntries(headers) });
    },
  });
  return first.promise;
}

// macOS limits the address space of no process.
describe.runIf(process.platform === "linux")(
  "a severe operation in a service that is short of memory",
  () => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await startLab({
        // A severe operation holds twenty times 224 MiB, half of it on each of two threads: more than the limit.
        HOLDUP_WORKLOAD_SCALE: "20",
        HOLDUP_WORKER_THREADS: "2",
        // The smallest; operations need less heap, since memory stress is outside of it.
        HOLDUP_WORKER_HEAP_MB: "16",
        HOLDUP_MAX_ATTEMPTS: "3",
      });
    });
    afterAll(() => lab.stop());

    it("fails alone: its order is retried and dead-lettered with the reason, and the next one is handled", async () => {
      const pid = pidOf(lab, "processing-service-1");
      limitMemory(pid);
      const workload = { ...light, business_logic: "extreme_cpu_computation" };
      const doomed = await accept(lab.apiUrl, { item: "a", quantity: 1, workload });
      const next = await accept(lab.apiUrl, { item: "a", quantity: 1, workload: light });
      await allDone(lab.apiUrl, [next]);

      const reason = expect.stringMatching(/^Cannot allocate 2240 MiB .*Lower HOLDUP_WORKLOAD_SCALE/);
      const failed = {
        "error.type": "HOLDUP_WORKLOAD_FAILED",
        "otel.status_code": "ERROR",
        "otel.status_description": reason,
      };
      const tagsOf = (spans: readonly SpanView[], name: string) =>
        spans
          .filter((span) => span.name === name)
          .sort((a, b) => a.startUs - b.startUs)
          .map(({ tags }) => tags);
      await vi.waitFor(async () => {
        const spans = await readTrace(lab.jaegerUrl, doomed.traceId);
        expect(tagsOf(spans, "process_order")).toMatchObject(
          [1, 2, 3].map((attempt) => ({ ...failed, "holdup.attempt": attempt })),
        );
        expect(tagsOf(spans, "business_logic")).toMatchObject(
          [1, 2, 3].map(() => ({ ...failed, "workload.operation": "extreme_cpu_computation" })),
        );
        expect(tagsOf(spans, "process orders")).toMatchObject([{ ...failed, "holdup.dead_letter": true }]);
      }, patience);

      expect(await readOrder(lab.apiUrl, doomed.orderId)).toMatchObject({
        status: "dead",
        stages: { processing: { attempts: 3 } },
        dead: { stage: "processing", code: "HOLDUP_WORKLOAD_FAILED", message: reason },
      });
      expect(await firstMessage(lab.kafkaBrokers, deadLetterTopic(firstTopic))).toMatchObject({
        value: { orderId: doomed.orderId },
        headers: { "holdup.error.code": "HOLDUP_WORKLOAD_FAILED", "holdup.error.message": reason },
      });
      expect((await lab.run("status")).stdout).toMatch(/^Dead letters +orders\.dead 1 /m);

      const service = processesOf(lab).find(({ name }) => name === "processing-service-1");
      expect(service).toMatchObject({ state: "ready", restarts: 0, running: { pid } });
    });
  },
);
