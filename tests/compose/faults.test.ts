import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { composeLab } from "../../lab/compose/compose-lab.ts";
import { createContext } from "../../lab/context.ts";
import { root } from "../holdup.ts";
import { type Accepted, accept, allDone, post } from "../orders.ts";
import { readTrace, spansOfAnOrder, withoutWaits } from "../traces.ts";
import { docker } from "./docker.ts";

const lab = inject("composeLab");
const patience = { timeout: 90_000, interval: 200 };
const mebibyte = 1024 * 1024;

const light = {
  input_validation: "json_processing",
  audit_logging: "json_processing",
  data_transformation: "json_processing",
  business_logic: "json_processing",
  message_formatting: "json_processing",
  data_analysis: "json_processing",
};
/** Long enough to be hit in the middle. */
const heavy = { ...light, business_logic: "intensive_prime_computation" };

function container(service: string): string {
  return `${lab.project}-${service}-1`;
}

async function stateOf(
  service: string,
): Promise<{ Running: boolean; StartedAt: string; Health?: { Status: string } }> {
  return JSON.parse(await docker(lab.env, "inspect", "--format", "{{json .State}}", container(service)));
}

/** Waits until a container runs that was started after `before`, and is healthy. */
async function backAfter(service: string, before: string): Promise<void> {
  await vi.waitFor(async () => {
    const { Running, StartedAt, Health } = await stateOf(service);
    expect({ Running, isNew: StartedAt !== before, health: Health?.Status ?? "healthy" }).toEqual({
      Running: true,
      isNew: true,
      health: "healthy",
    });
  }, patience);
}

/** Kills the service itself, as a crash would; its init ends then, and the engine starts it again. */
const crash = (service: string) =>
  docker(lab.env, "exec", container(service), "bash", "-c", "kill -9 -1").catch(() => {});

/** What somebody kills by hand, the engine does not start again: somebody must. */
async function killAndStart(service: string): Promise<void> {
  await docker(lab.env, "kill", container(service));
  await docker(lab.env, "start", container(service));
}

/** Sends orders one after the other until told to stop; resolves to those that were accepted. */
function burst(item: string): { started: Promise<void>; stop(): Promise<Accepted[]> } {
  const accepted: Accepted[] = [];
  const first = Promise.withResolvers<void>();
  let isOver = false;
  const sending = (async () => {
    for (let n = 0; !isOver; n += 1) {
      const answer = await post(lab.apiUrl, {
        item: `${item}-${n % 6}`,
        quantity: 1,
        workload: n % 5 === 0 ? heavy : light,
      }).catch(() => undefined);
      if (answer?.status === 202) accepted.push(answer.body);
      if (accepted.length >= 6) first.resolve();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    started: first.promise,
    async stop() {
      isOver = true;
      await sending;
      return accepted;
    },
  };
}

describe("a container that is killed under a burst", () => {
  it.each([
    ["api-service", crash],
    ["processing-service", crash],
    ["notification-service", crash],
    ["analytics-service", crash],
    ["console", crash],
    ["redis", killAndStart],
    ["kafka", killAndStart],
    ["jaeger", killAndStart],
  ])("loses no accepted order: %s", async (service, kill) => {
    const { StartedAt } = await stateOf(service);
    const orders = burst(`without-${service}`);
    await orders.started;
    await kill(service);
    await backAfter(service, StartedAt);
    const accepted = await orders.stop();
    expect(accepted.length).toBeGreaterThanOrEqual(6);
    await allDone(lab.apiUrl, accepted, 110_000);
    // Whoever was killed works again.
    const later = await vi.waitFor(
      () => accept(lab.apiUrl, { item: "later", quantity: 1, workload: light }),
      patience,
    );
    await allDone(lab.apiUrl, [later]);
  });
});

describe("while Jaeger does not answer", () => {
  /** Milliseconds until so many light orders are through, sent as fast as they are taken. */
  async function through(count: number, item: string): Promise<number> {
    const startedMs = performance.now();
    const orders: Accepted[] = [];
    for (let n = 0; n < count; n += 1) {
      orders.push(await accept(lab.apiUrl, { item: `${item}-${n % 9}`, quantity: 1, workload: light }));
    }
    await allDone(lab.apiUrl, orders);
    return performance.now() - startedMs;
  }

  async function memoryByName(): Promise<Map<string, number>> {
    const context = { env: { ...process.env, ...lab.env }, root, out: process.stdout, error: process.stderr };
    const readings = await composeLab(createContext({ ...context, asksForCompose: () => true })).readings();
    return new Map(readings.map(({ name, memoryBytes }) => [name, memoryBytes]));
  }

  it("orders go through as before, and memory stays bounded; when it is back, so are whole traces", async () => {
    // Each order is four to five spans in a service: these are twice what the queue of a service holds.
    const count = 500;
    await through(100, "warm");
    const usualMs = await through(count, "usual");
    const memoryBefore = await memoryByName();
    await docker(lab.env, "pause", container("jaeger"));
    let isPaused = true;
    const resume = async () => {
      if (isPaused) await docker(lab.env, "unpause", container("jaeger"));
      isPaused = false;
    };
    onTestFinished(resume);
    const withoutMs = await through(count, "without");
    const memoryAfter = await memoryByName();
    // The same work, side by side; a stall would cost many times as much.
    expect(withoutMs / usualMs).toBeLessThan(2.5);
    for (const [name, bytes] of memoryAfter) {
      expect(bytes - (memoryBefore.get(name) ?? 0), name).toBeLessThan(80 * mebibyte);
    }
    for (const service of [
      "api-service",
      "processing-service",
      "notification-service",
      "analytics-service",
    ]) {
      expect((await stateOf(service)).Health?.Status, service).toBe("healthy");
    }
    await resume();
    await vi.waitFor(async () => {
      const order = await accept(lab.apiUrl, { item: "traced-again", quantity: 1, workload: light });
      await vi.waitFor(
        async () => {
          const spans = withoutWaits(await readTrace(lab.jaegerUrl, order.traceId));
          expect(spans.length).toBeGreaterThanOrEqual(spansOfAnOrder);
        },
        { timeout: 10_000, interval: 200 },
      );
    }, patience);
  });
});
