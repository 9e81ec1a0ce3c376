import { explain } from "../../../explain/explain.ts";
import type { Explanation, OrderFinding } from "../../../explain/explanation.ts";
import { stages } from "../../../shared/pipeline/stages.ts";
import type { Bar, OrderRow, Verdict, WindowAnswer } from "../../api.ts";
import { barsOf } from "./bars.ts";
import type { Budget } from "./cpu-budget.ts";
import type { OrderNames } from "./order-names.ts";
import { itemFromKey, type RowContext, rowsOf, withStages } from "./order-rows.ts";
import type { Running, Window } from "./protocol.ts";
import type { KeptTrace, SpanStore } from "./span-store.ts";

/** What may be in the way of an order lies within so much of it. */
const beforeMs = 60_000;
const afterMs = 10_000;
/** Segments of a wait on an order's page. */
const mostSegments = 500;
const mostVerdicts = 8;

export type Changes = {
  readonly version: number;
  readonly bars: readonly Bar[];
  readonly orders: readonly OrderRow[];
};

/** What is kept of an explanation: all of it would be as large as the spans. */
type Drawn = {
  readonly verdict: Verdict;
  readonly bars: ReadonlyMap<string, Bar>;
  readonly orders: ReadonlyMap<string, OrderRow>;
};

const nothing: Drawn = { verdict: verdictIn(explain([])), bars: new Map(), orders: new Map() };

export type Picture = ReturnType<typeof createPicture>;

/** All kept spans explained: the bars of the lanes, the rows of the orders, and the verdict of any window. */
export function createPicture(options: {
  readonly store: SpanStore;
  readonly names: OrderNames;
  readonly budget: Budget;
  /** Whether all that was since a moment is known. */
  readonly isWhole: (fromMs: number) => boolean;
  /** Orders that began before have no numbers. */
  readonly numbersFromMs: () => number | undefined;
}) {
  const { store, names, budget, isWhole, numbersFromMs } = options;
  let drawn = nothing;
  let told = nothing;
  let drawnState = "";
  // Goes on growing when the server starts again.
  let version = Date.now();
  /** Stages by order. */
  let running: ReadonlyMap<string, readonly string[]> = new Map();
  const verdicts = new Map<string, Verdict>();

  const context: RowContext = {
    stageOf: (topic) =>
      stages.find((consumer) => consumer.topic === topic)?.group ??
      drawn.verdict.stages.find((stage) => stage.topic === topic)?.stage,
    runningStages: (orderId) => running.get(orderId ?? "") ?? [],
    traceOf: store.trace,
    nameOf: names.of,
  };
  const itemOf = (order: OrderFinding) => store.trace(order.traceId)?.item ?? itemFromKey(order);

  function draw(explanation: Explanation): void {
    drawn = { ...drawn, verdict: verdictIn(explanation) };
    drawn = {
      ...drawn,
      bars: byId(barsOf(explanation, itemOf)),
      orders: byId(rowsOf(explanation, store.traces(), context)),
    };
    version += 1;
  }

  /** Changes with what there is to explain. */
  const state = () => `${store.version()} ${names.last()}`;

  /** Explains anew when there are new spans. */
  async function renew(): Promise<void> {
    if (drawnState === state()) return;
    await budget.run(() => {
      const now = state();
      // Whoever was ahead in the queue may have done it.
      if (drawnState === now) return;
      draw(explain(store.spans(), { names: names.known, maxSegments: 0 }));
      drawnState = now;
    });
  }

  /** Takes what is being handled now, and draws anew the rows of the orders for which that has changed. */
  function run(now: Running): void {
    const before = running;
    const byOrder = Map.groupBy(now, ({ order }) => order);
    running = new Map([...byOrder].map(([order, runs]) => [order, runs.map(({ stage }) => stage)]));
    const orders = new Map(drawn.orders);
    for (const row of drawn.orders.values()) {
      const id = row.orderId ?? "";
      const [was, is] = [before.get(id), running.get(id)];
      if (`${was}` !== `${is}`) orders.set(row.id, withStages(row, context));
    }
    const changed = changesBetween(drawn.orders, orders);
    if (changed.length === 0) return;
    drawn = { ...drawn, orders };
    version += 1;
  }

  /** What has changed since this was asked last: not since the last drawing, which may have been for a window. */
  function untold(): Changes {
    const before = told;
    told = drawn;
    return {
      version,
      bars: changesBetween(before.bars, drawn.bars),
      orders: changesBetween(before.orders, drawn.orders),
    };
  }

  async function verdictOf(window: Window, ids: ReadonlySet<string>): Promise<Verdict> {
    if (ids.size === drawn.orders.size) return drawn.verdict;
    const key = `${drawnState} ${window.fromMs} ${window.toMs}`;
    const known = verdicts.get(key);
    if (known) return known;
    const verdict = await budget.run(() => {
      const near = overlapping({ fromMs: window.fromMs - beforeMs, toMs: window.toMs + afterMs });
      const only = ({ id }: { readonly id: string }) => ids.has(id);
      return verdictIn(explain(store.spans(near), { names: names.known, only, maxSegments: 0 }));
    });
    verdicts.set(key, verdict);
    const [oldest] = verdicts.size > mostVerdicts ? verdicts.keys() : [];
    if (oldest !== undefined) verdicts.delete(oldest);
    return verdict;
  }

  return {
    renew,
    run,
    /** Takes what is being handled, and explains what is new unless that is being made up for; undefined when nothing has changed. */
    async look(now: Running): Promise<Changes | undefined> {
      run(now);
      if (!budget.isResting()) await renew();
      if (told === drawn) return undefined;
      const changes = untold();
      return changes.bars.length + changes.orders.length > 0 ? changes : undefined;
    },
    /** What has changed until now is not told. */
    forgetChanges(): void {
      told = drawn;
    },
    async window(window: Window): Promise<WindowAnswer> {
      if (drawnState === "" || !budget.isResting()) await renew();
      const { fromMs, toMs } = window;
      const now = drawn;
      const answered = version;
      const bars = [...now.bars.values()].filter(
        (bar) => (bar.availableAtMs ?? bar.startedAtMs) <= toMs && bar.endedAtMs >= fromMs,
      );
      const withBars = new Set(bars.map(({ order }) => order));
      const orders = [...now.orders.values()].filter(
        ({ id, startedAtMs, stages }) =>
          withBars.has(id) || (startedAtMs <= toMs && (startedAtMs >= fromMs || isOpen(stages))),
      );
      const verdict = await verdictOf(window, new Set(orders.map(({ id }) => id)));
      const truncated = !isWhole(fromMs);
      return {
        fromMs,
        toMs,
        version: answered,
        bars,
        orders,
        verdict,
        truncated,
        numbersFromMs: numbersFromMs(),
      };
    },
    /** The row of an order by its id or trace. */
    row: (id: string): OrderRow | undefined =>
      drawn.orders.get(id) ??
      [...drawn.orders.values()].find(({ orderId, traceId }) => orderId === id || traceId === id),
    /** What happened to one order, with all segments of its waits. */
    async finding(row: OrderRow): Promise<{ order: OrderFinding; originMs: number } | undefined> {
      const [fromMs, toMs] = [row.startedAtMs, row.startedAtMs + row.totalMs];
      const near = overlapping({ fromMs: fromMs - beforeMs, toMs: toMs + afterMs });
      const only = ({ id }: { readonly id: string }) => id === row.id;
      const explained = await budget.run(() =>
        explain(store.spans(near), { names: names.known, only, maxSegments: mostSegments }),
      );
      const [order] = explained.orders;
      return order && { order, originMs: Date.parse(explained.origin) };
    },
  };
}

function byId<T extends { readonly id: string }>(all: readonly T[]): Map<string, T> {
  return new Map(all.map((one) => [one.id, one]));
}

function overlapping({ fromMs, toMs }: Window): (trace: KeptTrace) => boolean {
  return ({ startMs, endMs }) => startMs <= toMs && endMs >= fromMs;
}

function isOpen(stages: OrderRow["stages"]): boolean {
  return Object.values(stages).some((state) => state === "waiting" || state === "running");
}

function verdictIn({ problems, blockers, stages, missing }: Explanation): Verdict {
  return { problems, blockers, stages, missing };
}

/** Entries of `after` that `before` lacks or has otherwise. */
export function changesBetween<T extends object>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): T[] {
  if (before === after) return [];
  return [...after].flatMap(([id, now]) => {
    const was = before.get(id);
    return was !== undefined && isSame(was, now) ? [] : [now];
  });
}

/** Whether two plain values are written alike; the order of fields counts for nothing. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const [left, right]: Record<string, unknown>[] = [{ ...a }, { ...b }];
  return names.every((name) => isSame(left?.[name], right?.[name]));
}
