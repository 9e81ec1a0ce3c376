import type { ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { stageNames } from "../shared/pipeline/stages.ts";
import { systemClock } from "./clock.ts";
import type { Ledger } from "./ledger.ts";
import type { BurstPlan } from "./order-plan.ts";
import { type Burst, type BurstOutcome, runBurst } from "./run-burst.ts";
import { accept, refuse, type StubApi, startStubApi } from "./stub-api.fixture.ts";
import { burstSummary, exitStatus } from "./summary.ts";

async function startApi(...behaviour: Parameters<typeof startStubApi>): Promise<StubApi> {
  const api = await startStubApi(...behaviour);
  onTestFinished(() => api.stop());
  return api;
}

function burst(
  api: { readonly url: string },
  plan: Partial<BurstPlan>,
  more: Partial<Burst> = {},
): Promise<BurstOutcome> {
  const count = plan.count ?? 3;
  return runBurst({
    plan: { count, items: count, seed: 7, forcings: [], ...plan },
    apiUrl: api.url,
    orderSeed: (seed, index) => seed * 1000 + index,
    signal: new AbortController().signal,
    ...more,
  });
}

describe("runBurst", () => {
  it("follows every order to its end", async () => {
    const api = await startApi({
      onLook: (_, look) =>
        look < 3 ? { status: "processing", done: ["processing"] } : { status: "done", done: stageNames },
    });
    const { summary } = await burst(api, { count: 40 });
    expect(summary.counts).toEqual({
      accepted: 40,
      analysed: 40,
      failed: 0,
      unknown: 0,
      dead: 0,
      dropped: 0,
      unsent: 0,
    });
    expect(summary.ended).toBe("complete");
    expect(exitStatus(summary)).toBe(0);
    expect(burstSummary.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
  });

  it("sends later orders while an earlier one has no answer: the first is answered after the last has come", async () => {
    const held: (() => void)[] = [];
    const api = await startApi({
      onPost: (number, _, response) => {
        held.push(() => accept(number, response));
        if (number === 20) for (const release of held) release();
      },
    });
    const { summary } = await burst(api, { count: 20, ratePerSecond: 1000 });
    expect(summary.counts.accepted).toBe(20);
    const [first] = summary.orders;
    // Order 20 was due 19 ms after order 1, so order 1 was not answered before.
    expect(first?.acceptMs).toBeGreaterThan(19);
  });

  it("measures an order that waited for a free connection from its intended time", async () => {
    const held: ServerResponse[] = [];
    const api = await startApi({
      onPost: (number, _, response) => {
        if (number > 1) return accept(number, response);
        held.push(response);
        // Answers once order 2 has been due long enough to measure.
        setTimeout(() => accept(1, response), 50);
      },
    });
    const { summary, records } = await burst(api, { count: 2 }, { maxInFlight: 1 });
    const [first, second] = records;
    expect(second?.sentMs).toBeGreaterThanOrEqual(first?.answeredMs ?? Number.POSITIVE_INFINITY);
    expect(summary.orders[1]?.acceptMs).toBeCloseTo(second?.answeredMs ?? -1, 2);
    expect(summary.maxSentLateMs).toBeCloseTo(second?.sentMs ?? -1, 2);
  });

  it("sends the body that was planned: item in turn, seed by index, forced operations", async () => {
    const api = await startApi();
    await burst(api, {
      count: 3,
      items: 2,
      forcings: [
        { order: "all", span: "data_analysis", operation: "json_processing" },
        { order: 2, span: "business_logic", operation: "extreme_cpu_computation" },
      ],
    });
    const byNumber = api.posts.toSorted((a, b) => a.seed - b.seed);
    const all = { data_analysis: "json_processing" };
    expect(byNumber).toEqual([
      { item: "product-1", quantity: 1, seed: 7000, workload: all },
      {
        item: "product-2",
        quantity: 1,
        seed: 7001,
        workload: { ...all, business_logic: "extreme_cpu_computation" },
      },
      { item: "product-1", quantity: 1, seed: 7002, workload: all },
    ]);
  });

  it("groups refused orders by reason and continues", async () => {
    const api = await startApi({
      onPost: (number, request, response) => {
        if (number <= 2) return refuse(503, "Kafka did not accept the order", response);
        if (number === 3) return void request.socket.destroy();
        accept(number, response);
      },
    });
    const { summary } = await burst(api, { count: 5 });
    expect(summary.failures).toEqual([
      { reason: "503 Kafka did not accept the order", count: 2 },
      { reason: "connection reset", count: 1 },
    ]);
    expect(summary.counts).toMatchObject({ accepted: 2, analysed: 2, failed: 2, unknown: 1 });
    expect(exitStatus(summary)).toBe(1);
  });

  it("gives up on orders without progress after checking each once more", async () => {
    const api = await startApi({
      onLook: (number) =>
        number === 2 ? { status: "processing", done: ["processing"] } : { status: "done", done: stageNames },
    });
    const { summary } = await burst(api, { count: 3 }, { patienceMs: 30 });
    expect(summary.ended).toBe("overdue");
    expect(summary.counts).toMatchObject({ accepted: 3, analysed: 2, dropped: 1 });
    expect(summary.orders[1]).toMatchObject({ number: 2, state: "dropped" });
    expect(exitStatus(summary)).toBe(1);
  });

  it("checks every order once more when the time is up, however many there are", async () => {
    let ledger: Ledger | undefined;
    let skippedMs = 0;
    const api = await startApi({
      onLook: () => {
        if (ledger?.counts().accepted === 200) skippedMs = 10_000;
        return { status: "accepted", done: [] };
      },
    });
    const { summary } = await burst(
      api,
      { count: 200 },
      {
        timeoutMs: 10_000,
        clock: { ...systemClock, nowMs: () => systemClock.nowMs() + skippedMs },
        onStart: (started) => {
          ledger = started;
        },
      },
    );
    expect(summary.counts.dropped).toBe(200);
    expect(api.looks.size).toBe(200);
  });

  it("counts dead-lettered and dropped orders separately", async () => {
    const api = await startApi({
      onLook: (number) =>
        number === 1 ? { status: "dead", done: ["processing"] } : { status: "done", done: stageNames },
    });
    const { summary } = await burst(api, { count: 2 });
    expect(summary.counts).toMatchObject({ analysed: 1, dead: 1, dropped: 0 });
    expect(summary.ended).toBe("complete");
    expect(exitStatus(summary)).toBe(1);
  });

  it("counts a POST that is never answered as unknown when it gives up", async () => {
    const api = await startApi({ onPost: () => {} });
    const { summary } = await burst(api, { count: 2 }, { patienceMs: 30 });
    expect(summary.counts).toMatchObject({ accepted: 0, failed: 0, unknown: 2 });
    expect(summary.failures).toEqual([{ reason: "no answer by the end", count: 2 }]);
  });

  it("reports what is known when it is stopped halfway", async () => {
    const interrupt = new AbortController();
    const api = await startApi({
      onPost: (number, _, response) => {
        if (number === 2) return interrupt.abort();
        accept(number, response);
      },
      onLook: () => ({ status: "accepted", done: [] }),
    });
    const { summary } = await burst(api, { count: 5 }, { signal: interrupt.signal, maxInFlight: 1 });
    expect(summary.ended).toBe("interrupted");
    expect(summary.counts).toEqual({
      accepted: 1,
      analysed: 0,
      failed: 0,
      unknown: 1,
      dead: 0,
      dropped: 1,
      unsent: 3,
    });
    expect(exitStatus(summary)).toBe(130);
  });

  it("reports how to start the lab when nothing listens", async () => {
    const api = await startStubApi();
    await api.stop();
    await expect(burst(api, {})).rejects.toMatchObject({
      code: "HOLDUP_LAB_NOT_RUNNING",
      message: expect.stringContaining("./holdup start"),
    });
  });

  it("sends nothing to a program that is not the order API", async () => {
    const api = await startApi({ health: { hello: "world" } });
    await expect(burst(api, {})).rejects.toMatchObject({
      code: "HOLDUP_LAB_NOT_RUNNING",
      message: expect.stringContaining("--port-offset"),
    });
    expect(api.posts).toEqual([]);
  });
});
