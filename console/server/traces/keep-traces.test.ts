import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { OrderRow, WindowAnswer } from "../../api.ts";
import { keepTraces } from "./keep-traces.ts";
import type { Numbers } from "./protocol.ts";
import { handledOrder, orderIdOf, sentOrder, startMs, traceIdOf } from "./spans.fixture.ts";
import { startStubJaeger } from "./stub-jaeger.fixture.ts";

const historyMs = 180_000;
const none: Numbers = { orders: [], fromMs: undefined };

/** Spans of an order sent `agoMs` ago and handled at once. */
function handledAgo(order: number, agoMs: number) {
  const atMs = Date.now() - agoMs - startMs;
  return handledOrder(order, { atMs, fromMs: atMs + 1, toMs: atMs + 5 });
}

async function setUp() {
  const jaeger = await startStubJaeger();
  const numbered: Numbers[] = [];
  const pollErrors: (string | undefined)[] = [];
  const keep = () => {
    const traces = keepTraces(
      { jaegerUrl: jaeger.url, historyMs, maxSpans: 1000 },
      { onPoll: (error) => pollErrors.push(error), onNumbered: (numbers) => numbered.push(numbers) },
    );
    onTestFinished(() => traces.stop());
    return traces;
  };
  return { jaeger, keep, numbered, pollErrors };
}

type Kept = ReturnType<typeof keepTraces>;

async function windowOf(traces: Kept, sinceMs = historyMs): Promise<WindowAnswer> {
  const nowMs = Date.now();
  const json = await traces.window({ fromMs: nowMs - sinceMs, toMs: nowMs, running: [] });
  return JSON.parse(new TextDecoder().decode(json));
}

const namesOf = (rows: readonly OrderRow[]) => Object.fromEntries(rows.map(({ id, name }) => [id, name]));

describe("the numbers of orders", () => {
  it("follow the starts of all orders in the history, across its steps", async () => {
    const { jaeger, keep } = await setUp();
    jaeger.has([handledAgo(3, 150_000), handledAgo(1, 70_000), handledAgo(2, 20_000)].flat());
    const traces = keep();
    await traces.restoreNumbers(none);
    const { orders, numbersFromMs } = await windowOf(traces);
    expect(namesOf(orders)).toEqual({
      [orderIdOf(3)]: "order 1",
      [orderIdOf(1)]: "order 2",
      [orderIdOf(2)]: "order 3",
    });
    expect(numbersFromMs).toBeUndefined();
  });

  it("follow the sequence of sending, even if a later order was handled first", async () => {
    const { jaeger, keep } = await setUp();
    jaeger.has([sentOrder(1, Date.now() - 5_000 - startMs), handledAgo(2, 4_000)].flat());
    const traces = keep();
    await traces.restoreNumbers(none);
    const { orders } = await windowOf(traces);
    expect(namesOf(orders)).toEqual({ [orderIdOf(1)]: "order 1", [orderIdOf(2)]: "order 2" });
  });

  it("are restored by the next console, which continues from them", async () => {
    const { jaeger, keep, numbered } = await setUp();
    jaeger.has([handledAgo(1, 120_000), handledAgo(2, 90_000)].flat());
    const first = keep();
    await first.restoreNumbers({ orders: [[orderIdOf(1), 41]], fromMs: undefined });
    expect(namesOf((await windowOf(first)).orders)).toEqual({
      [orderIdOf(1)]: "order 41",
      [orderIdOf(2)]: "order 42",
    });
    await first.stop();

    jaeger.has([handledAgo(9, 130_000), handledAgo(2, 90_000)].flat());
    const second = keep();
    await second.restoreNumbers({
      orders: [[orderIdOf(1), 41], ...numbered.flatMap(({ orders }) => orders)],
      fromMs: 3,
    });
    const { orders, numbersFromMs } = await windowOf(second);
    expect(namesOf(orders)).toEqual({ [orderIdOf(9)]: "order 43", [orderIdOf(2)]: "order 42" });
    expect(numbersFromMs).toBe(3);
  });

  it("are not given before the earlier ones are restored; until then orders are named by their ids", async () => {
    const { jaeger, keep } = await setUp();
    jaeger.has(handledAgo(1, 20_000));
    const traces = keep();
    const name = async () => namesOf((await windowOf(traces)).orders)[orderIdOf(1)];
    expect(await name()).toBe(`order ${orderIdOf(1).slice(0, 8)}`);
    await traces.restoreNumbers(none);
    await vi.waitFor(async () => expect(await name()).toBe("order 1"), { timeout: 20_000 });
  });

  it("start with the kept history, which is reported; earlier orders are named by their ids", async () => {
    const { jaeger, keep } = await setUp();
    jaeger.has([handledAgo(1, 400_000), handledAgo(2, 20_000)].flat());
    const traces = keep();
    await traces.restoreNumbers(none);
    const { orders, numbersFromMs } = await windowOf(traces);
    expect(namesOf(orders)).toEqual({ [orderIdOf(2)]: "order 1" });
    expect(numbersFromMs).toBeGreaterThan(Date.now() - 300_000);
    expect(await traces.fetchTrace(traceIdOf(1))).toBe(true);
    expect((await traces.order(orderIdOf(1)))?.order.name).toBe(`order ${orderIdOf(1).slice(0, 8)}`);
  });
});

describe("a window", () => {
  it("is complete when there are no earlier traces, however far back it reaches", async () => {
    const { jaeger, keep } = await setUp();
    jaeger.has(handledAgo(1, 20_000));
    const traces = keep();
    expect((await windowOf(traces, historyMs)).truncated).toBe(false);
    expect((await windowOf(traces, Date.now())).truncated).toBe(false);
  });

  it("is truncated only when it includes a trace that was never read", async () => {
    const { jaeger, keep } = await setUp();
    jaeger.has([handledAgo(1, 400_000), handledAgo(2, 20_000)].flat());
    const traces = keep();
    expect((await windowOf(traces, historyMs)).truncated).toBe(false);
    expect((await windowOf(traces, 390_000)).truncated).toBe(false);
    expect((await windowOf(traces, 410_000)).truncated).toBe(true);
  });

  it("is truncated while the history cannot be read", async () => {
    const { jaeger, keep, pollErrors } = await setUp();
    jaeger.isAway(true);
    const traces = keep();
    expect((await windowOf(traces)).truncated).toBe(true);
    expect(pollErrors[0]).toMatch(/500/);
    jaeger.isAway(false);
    await traces.setWatched(true);
    await vi.waitFor(async () => expect((await windowOf(traces)).truncated).toBe(false), { timeout: 20_000 });
  });
});

it("finds an order by its id and by its trace, with the services that wrote its spans", async () => {
  const { jaeger, keep } = await setUp();
  jaeger.has(handledAgo(1, 20_000));
  const traces = keep();
  await traces.restoreNumbers(none);
  const found = await traces.order(orderIdOf(1));
  expect(found).toMatchObject({ order: { name: "order 1" }, instances: ["processing-service-1"] });
  expect(found?.spans).toHaveLength(5);
  expect(await traces.order(traceIdOf(1))).toMatchObject({ order: { name: "order 1" } });
  expect(await traces.order("unknown")).toBeUndefined();
});
