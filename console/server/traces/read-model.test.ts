import { describe, expect, it } from "vitest";
import type { Budget } from "./cpu-budget.ts";
import { createOrderNames } from "./order-names.ts";
import { createPicture } from "./read-model.ts";
import { createSpanStore } from "./span-store.ts";
import { handledOrder, orderIdOf, sentOrder, startMs, traceIdOf } from "./spans.fixture.ts";

const all = { fromMs: startMs - 60_000, toMs: startMs + 60_000 };

/** Never rests. */
const budget: Budget = { isResting: () => false, run: async (work) => work() };

function setUp() {
  const store = createSpanStore({ maxSpans: 1000, longestMs: 900_000 });
  const names = createOrderNames(100);
  names.number([1, 2, 3].map(orderIdOf));
  const picture = createPicture({
    store,
    names,
    budget,
    isWhole: (fromMs) => fromMs > startMs - 100_000,
    numbersFromMs: () => 7,
  });
  return { store, picture, names };
}

/** Order 1 runs for 10 s, 2 waits behind it, 3 has not been handled yet. */
function held() {
  const { store, picture, names } = setUp();
  store.add(handledOrder(1, { atMs: 0, fromMs: 10, toMs: 10_000 }));
  store.add(handledOrder(2, { atMs: 100, fromMs: 10_001, toMs: 10_050 }, { intensity: "light" }));
  store.add(sentOrder(3, 200));
  return { store, picture, names };
}

describe("the picture of a window", () => {
  it("shows each delivery as a bar with what held it up and what it cost", async () => {
    const { picture } = held();
    const { bars } = await picture.window(all);
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

  it("has a row for every order, also for those that wait to be handled", async () => {
    const { picture } = held();
    await picture.look([]);
    const { orders } = await picture.window(all);
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
    const changes = await picture.look(running);
    expect(changes?.bars).toEqual([]);
    expect(changes?.orders).toEqual([
      {
        ...orders[2],
        stages: { "processing-service": "running" },
        sentence: "Order 3 is being handled in processing.",
      },
    ]);
    expect(await picture.look(running)).toBeUndefined();
    expect((await picture.look([]))?.orders).toEqual([orders[2]]);
  });

  it("leaves out what was over before it began, and what came after, but not what still waits", async () => {
    const { picture, store } = held();
    store.add(handledOrder(4, { atMs: 30_000, fromMs: 30_001, toMs: 30_100 }));
    const { bars, orders, verdict } = await picture.window({
      fromMs: startMs + 10_040,
      toMs: startMs + 20_000,
    });
    expect(bars.map(({ order }) => order)).toEqual([orderIdOf(2)]);
    expect(orders.map(({ id }) => id)).toEqual([orderIdOf(2), orderIdOf(3)]);
    // Order 1 was handled meanwhile; order 4 was not.
    expect(verdict.stages).toMatchObject([{ deliveries: 2 }]);
  });

  it("calls a message dead that could not be handled", async () => {
    const { picture, store } = setUp();
    store.add(handledOrder(1, { atMs: 0, fromMs: 1, toMs: 9 }, { failed: true }));
    const { orders, bars } = await picture.window(all);
    expect(orders[0]?.stages).toEqual({ "processing-service": "dead" });
    expect(bars[0]?.failed).toBe(true);
  });
});

describe("new spans", () => {
  it("change only the bars and rows that they concern, and the version", async () => {
    const { picture, store } = held();
    await picture.look([]);
    const { version } = await picture.window(all);
    expect(await picture.look([])).toBeUndefined();
    store.add(handledOrder(4, { atMs: 10_020, fromMs: 10_051, toMs: 10_060 }, { partition: 1 }));
    const changes = await picture.look([]);
    expect(changes?.version).toBe(version + 1);
    // The bar of order 2 costs more now: order 4 has waited for it.
    expect(changes?.bars.map(({ order }) => order)).toEqual([orderIdOf(2), orderIdOf(4)]);
    expect(changes?.orders.map(({ id }) => id)).toEqual([orderIdOf(4)]);
  });

  it("are told though a window has shown them, but not to pages that come later", async () => {
    const { picture, store } = held();
    await picture.window(all);
    expect((await picture.look([]))?.bars).toHaveLength(2);
    store.add(handledOrder(4, { atMs: 10_020, fromMs: 10_051, toMs: 10_060 }, { partition: 1 }));
    await picture.window(all);
    picture.forgetChanges();
    expect(await picture.look([])).toBeUndefined();
  });

  it("have no number until they are given one, which changes what is told of them", async () => {
    const { picture, store, names } = held();
    store.add(handledOrder(9, { atMs: 20_000, fromMs: 20_001, toMs: 20_002 }));
    await picture.look([]);
    expect(picture.row(orderIdOf(9))?.name).toBe("order order-id");
    names.number([orderIdOf(9)]);
    const changes = await picture.look([]);
    expect(changes?.orders.map(({ name }) => name)).toEqual(["order 4"]);
    expect(changes?.bars.map(({ orderName }) => orderName)).toEqual(["order 4"]);
  });
});

it("tells of a window whether all of it is known, and since when orders have numbers", async () => {
  const { picture } = held();
  expect(await picture.window(all)).toMatchObject({ truncated: false, numbersFromMs: 7 });
  expect(await picture.window({ ...all, fromMs: 0 })).toMatchObject({ truncated: true });
});

it("finds an order by its id or trace, with all segments of its waits", async () => {
  const { picture } = held();
  await picture.renew();
  const row = picture.row(traceIdOf(2));
  expect(row?.id).toBe(orderIdOf(2));
  const finding = row && (await picture.finding(row));
  expect(finding?.order).toMatchObject({ id: orderIdOf(2), name: "order 2" });
  expect(finding?.order.deliveries[0]?.wait?.segments?.length).toBeGreaterThan(0);
  expect(picture.row("nobody")).toBeUndefined();
});
