import { describe, expect, it } from "vitest";
import type { CpuBudget } from "./cpu-budget.ts";
import { createOrderNames } from "./order-names.ts";
import { createReadModel } from "./read-model.ts";
import { createSpanStore } from "./span-store.ts";
import { handledOrder, orderIdOf, sentOrder, startMs, traceIdOf } from "./spans.fixture.ts";

const all = { fromMs: startMs - 60_000, toMs: startMs + 60_000 };

/** Never rests. */
const budget: CpuBudget = { isResting: () => false, run: async (work) => work() };

function setUp() {
  const store = createSpanStore({ maxSpans: 1000, maxAgeMs: 900_000 });
  const names = createOrderNames(100);
  names.number([1, 2, 3].map(orderIdOf));
  const model = createReadModel({
    store,
    names,
    budget,
    isComplete: (fromMs) => fromMs > startMs - 100_000,
    numbersFromMs: () => 7,
  });
  return { store, model, names };
}

/** Order 1 runs for 10 s, 2 waits behind it, 3 has not been handled yet. */
function held() {
  const { store, model, names } = setUp();
  store.add(handledOrder(1, { atMs: 0, fromMs: 10, toMs: 10_000 }));
  store.add(handledOrder(2, { atMs: 100, fromMs: 10_001, toMs: 10_050 }, { intensity: "light" }));
  store.add(sentOrder(3, 200));
  return { store, model, names };
}

describe("a window", () => {
  it("has a bar for each delivery, with its blocker and its cost", async () => {
    const { model } = held();
    const { bars } = await model.window(all);
    const [first, second] = bars;
    expect(bars).toHaveLength(2);
    expect(second).toMatchObject({
      order: orderIdOf(2),
      orderName: "order 2",
      item: "item-2",
      stage: "processing-service",
      topic: "orders",
      partition: 0,
      offset: 2,
      availableAtMs: startMs + 100,
      startedAtMs: startMs + 10_001,
      intensity: "light",
      cause: "same-partition",
      blockedBy: first?.id,
      failed: false,
    });
    expect(second?.blockedMs).toBeGreaterThan(9_800);
    expect(first?.costMs).toBe(second?.blockedMs);
  });

  it("has a row for every order, including those not handled yet", async () => {
    const { model } = held();
    await model.changes([]);
    const { orders } = await model.window(all);
    expect(orders.map(({ id, stages }) => [id, stages])).toEqual([
      [orderIdOf(1), { "processing-service": "done" }],
      [orderIdOf(2), { "processing-service": "done" }],
      [orderIdOf(3), { "processing-service": "waiting" }],
    ]);
    expect(orders[1]?.worstBlocker).toMatchObject({ order: orderIdOf(1), orderName: "order 1" });
    expect(orders[2]).toMatchObject({
      name: "order 3",
      item: "item-3",
      sentence: "Order 3 waits in processing.",
    });

    const running = [{ order: orderIdOf(3), stage: "processing-service" }];
    const changes = await model.changes(running);
    expect(changes?.bars).toEqual([]);
    expect(changes?.orders).toEqual([
      {
        ...orders[2],
        stages: { "processing-service": "running" },
        sentence: "Order 3 is being handled in processing.",
      },
    ]);
    expect(await model.changes(running)).toBeUndefined();
    expect((await model.changes([]))?.orders).toEqual([orders[2]]);
  });

  it("leaves out orders that ended before it or started after it, but keeps those that still wait", async () => {
    const { model, store } = held();
    store.add(handledOrder(4, { atMs: 30_000, fromMs: 30_001, toMs: 30_100 }));
    const { bars, orders, verdict } = await model.window({
      fromMs: startMs + 10_040,
      toMs: startMs + 20_000,
    });
    expect(bars.map(({ order }) => order)).toEqual([orderIdOf(2)]);
    expect(orders.map(({ id }) => id)).toEqual([orderIdOf(2), orderIdOf(3)]);
    // Order 1 was handled meanwhile; order 4 was not.
    expect(verdict.stages).toMatchObject([{ deliveries: 2 }]);
  });

  it("marks a stage dead when its message could not be handled", async () => {
    const { model, store } = setUp();
    store.add(handledOrder(1, { atMs: 0, fromMs: 1, toMs: 9 }, { failed: true }));
    const { orders, bars } = await model.window(all);
    expect(orders[0]?.stages).toEqual({ "processing-service": "dead" });
    expect(bars[0]?.failed).toBe(true);
  });
});

describe("new spans", () => {
  it("change only their own bars and rows, and the version", async () => {
    const { model, store } = held();
    await model.changes([]);
    const { version } = await model.window(all);
    expect(await model.changes([])).toBeUndefined();
    store.add(handledOrder(4, { atMs: 10_020, fromMs: 10_051, toMs: 10_060 }, { partition: 1 }));
    const changes = await model.changes([]);
    expect(changes?.version).toBe(version + 1);
    // The bar of order 2 costs more now: order 4 waited for it.
    expect(changes?.bars.map(({ order }) => order)).toEqual([orderIdOf(2), orderIdOf(4)]);
    expect(changes?.orders.map(({ id }) => id)).toEqual([orderIdOf(4)]);
  });

  it("are published even if a window has shown them, but not to pages opened later", async () => {
    const { model, store } = held();
    await model.window(all);
    expect((await model.changes([]))?.bars).toHaveLength(2);
    store.add(handledOrder(4, { atMs: 10_020, fromMs: 10_051, toMs: 10_060 }, { partition: 1 }));
    await model.window(all);
    model.skipChanges();
    expect(await model.changes([])).toBeUndefined();
  });

  it("have no number until they get one, which changes their bars and rows", async () => {
    const { model, store, names } = held();
    store.add(handledOrder(9, { atMs: 20_000, fromMs: 20_001, toMs: 20_002 }));
    await model.changes([]);
    expect(model.row(orderIdOf(9))?.name).toBe("order order-id");
    names.number([orderIdOf(9)]);
    const changes = await model.changes([]);
    expect(changes?.orders.map(({ name }) => name)).toEqual(["order 4"]);
    expect(changes?.bars.map(({ orderName }) => orderName)).toEqual(["order 4"]);
  });
});

it("reports whether a window is complete, and from when on orders have numbers", async () => {
  const { model } = held();
  expect(await model.window(all)).toMatchObject({ truncated: false, numbersFromMs: 7 });
  expect(await model.window({ ...all, fromMs: 0 })).toMatchObject({ truncated: true });
});

it("finds an order by its id or trace, with all segments of its waits", async () => {
  const { model } = held();
  await model.refresh();
  const row = model.row(traceIdOf(2));
  expect(row?.id).toBe(orderIdOf(2));
  const finding = row && (await model.finding(row));
  expect(finding?.order).toMatchObject({ id: orderIdOf(2), name: "order 2" });
  expect(finding?.order.deliveries[0]?.wait?.segments?.length).toBeGreaterThan(0);
  expect(model.row("unknown")).toBeUndefined();
});
