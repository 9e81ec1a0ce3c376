import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { serviceNames } from "../../shared/pipeline/stages.ts";
import { type Accepted, accept, acceptInTurn, allDone, light, post } from "../orders.ts";
import { completeTrace } from "../traces.ts";
import { composeReadings } from "./compose-lab.ts";
import { docker } from "./docker.ts";

const lab = inject("composeLab");
const patience = { timeout: 90_000, interval: 200 };
const mebibyte = 1024 * 1024;

/** Long enough to be killed halfway. */
const heavy = { ...light, business_logic: "intensive_prime_computation" };

function container(service: string): string {
  return `${lab.project}-${service}-1`;
}

async function stateOf(
  service: string,
): Promise<{ Running: boolean; StartedAt: string; Health?: { Status: string } }> {
  return JSON.parse(await docker(lab.env, "inspect", "--format", "{{json .State}}", container(service)));
}

/** Waits until the container was started again after `before`, and is healthy. */
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

/** Kills the service inside the container, like a crash; then its init ends, and the engine restarts it. */
const crash = (service: string) =>
  docker(lab.env, "exec", container(service), "bash", "-c", "kill -9 -1").catch(() => {});

/** The engine does not restart a container after `docker kill`. */
async function killAndStart(service: string): Promise<void> {
  await docker(lab.env, "kill", container(service));
  await docker(lab.env, "start", container(service));
}

/** Sends orders one after the other until `stop`, which resolves to the accepted ones. */
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
    ...[...serviceNames, "console"].map((name) => [name, crash] as const),
    ...["redis", "kafka", "jaeger"].map((name) => [name, killAndStart] as const),
  ])("loses no accepted order: %s", async (service, kill) => {
    const { StartedAt } = await stateOf(service);
    const orders = burst(`without-${service}`);
    await orders.started;
    await kill(service);
    await backAfter(service, StartedAt);
    const accepted = await orders.stop();
    expect(accepted.length).toBeGreaterThanOrEqual(6);
    await allDone(lab.apiUrl, accepted, 110_000);
    // The killed service works again.
    const later = await vi.waitFor(
      () => accept(lab.apiUrl, { item: "later", quantity: 1, workload: light }),
      patience,
    );
    await allDone(lab.apiUrl, [later]);
  });
});

describe("while Jaeger does not answer", () => {
  /** Time in ms until this many light orders are done, sent as fast as they are accepted. */
  async function through(count: number, item: string): Promise<number> {
    const startedMs = performance.now();
    const orders = await acceptInTurn(lab.apiUrl, count, (n) => ({
      item: `${item}-${n % 9}`,
      quantity: 1,
      workload: light,
    }));
    await allDone(lab.apiUrl, orders);
    return performance.now() - startedMs;
  }

  async function memoryByName(): Promise<Map<string, number>> {
    const readings = await composeReadings(lab.env);
    return new Map(readings.map(({ name, memoryBytes }) => [name, memoryBytes]));
  }

  it("orders are handled as before and memory stays bounded; once it is back, traces are complete again", async () => {
    // Each order has four to five spans in a service: these are twice the queue of a service.
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
    // The same work in the same run; a stall would take many times as long.
    expect(withoutMs / usualMs).toBeLessThan(2.5);
    for (const [name, bytes] of memoryAfter) {
      expect(bytes - (memoryBefore.get(name) ?? 0), name).toBeLessThan(80 * mebibyte);
    }
    for (const service of serviceNames) {
      expect((await stateOf(service)).Health?.Status, service).toBe("healthy");
    }
    await resume();
    await vi.waitFor(async () => {
      const order = await accept(lab.apiUrl, { item: "traced-again", quantity: 1, workload: light });
      await completeTrace(lab.jaegerUrl, order.traceId, { timeout: 10_000, interval: 200 });
    }, patience);
  });
});
