import { explain } from "../../../explain/explain.ts";
import type { Explanation, OrderFinding } from "../../../explain/explanation.ts";
import { stageOfTopic } from "../../../shared/pipeline/stages.ts";
import type { Bar, OrderRow, Verdict, WindowAnswer } from "../../api.ts";
import { barsOf } from "./bars.ts";
import type { CpuBudget } from "./cpu-budget.ts";
import type { OrderNames } from "./order-names.ts";
import { itemFromKey, type RowContext, rowsOf, withStages } from "./order-rows.ts";
import type { Running, Window } from "./protocol.ts";
import type { KeptTrace, SpanStore } from "./span-store.ts";

/** Messages that block an order are handled within this time of it. */
const beforeMs = 60_000;
const afterMs = 10_000;
/** Segments of a wait on an order's page. */
const maxSegments = 500;
const maxVerdicts = 8;

export type Changes = {
  readonly version: number;
  readonly bars: readonly Bar[];
  readonly orders: readonly OrderRow[];
};

/** The part of an explanation that is kept: all of it would be as large as the spans. */
type Snapshot = {
  readonly verdict: Verdict;
  readonly bars: ReadonlyMap<string, Bar>;
  readonly orders: ReadonlyMap<string, OrderRow>;
};

const empty: Snapshot = { verdict: verdictIn(explain([])), bars: new Map(), orders: new Map() };

/** The page shows what waits and runs now from the services' reports, every second. */
const reportsOpen = false;

/** The kept spans explained, ready to query: bars of the lanes, rows of the orders, and the verdict of any window. */
export function createReadModel(options: {
  readonly store: SpanStore;
  readonly names: OrderNames;
  readonly budget: CpuBudget;
  /** Whether every trace since then is kept. */
  readonly isComplete: (fromMs: number) => boolean;
  /** Orders that started before this have no number. */
  readonly numbersFromMs: () => number | undefined;
}) {
  const { store, names, budget, isComplete, numbersFromMs } = options;
  let current = empty;
  /** What open pages have received. */
  let published = empty;
  let explainedInput = "";
  // Keeps increasing when the server restarts.
  let version = Date.now();
  /** Stages by order. */
  let running: ReadonlyMap<string, readonly string[]> = new Map();
  const verdicts = new Map<string, Verdict>();

  const context: RowContext = {
    stageOf: (topic) =>
      stageOfTopic(topic)?.group ?? current.verdict.stages.find((stage) => stage.topic === topic)?.stage,
    runningStages: (orderId) => running.get(orderId ?? "") ?? [],
    traceOf: store.trace,
    nameOf: names.of,
  };
  const itemOf = (order: OrderFinding) => store.trace(order.traceId)?.item ?? itemFromKey(order);

  function update(explanation: Explanation): void {
    current = { ...current, verdict: verdictIn(explanation) };
    current = {
      ...current,
      bars: byId(barsOf(explanation, itemOf)),
      orders: byId(rowsOf(explanation, store.traces(), context)),
    };
    version += 1;
  }

  /** Changes with every span and every number. */
  const input = () => `${store.version()} ${names.last()}`;

  /** Explains the kept spans if there are new ones. */
  async function refresh(): Promise<void> {
    if (explainedInput === input()) return;
    await budget.run(() => {
      const now = input();
      // An earlier caller in the queue may have done it.
      if (explainedInput === now) return;
      update(explain(store.spans(), { names: names.known, maxSegments: 0, reportsOpen }));
      explainedInput = now;
    });
  }

  /** Sets the messages being handled, and updates the rows of their orders. */
  function setRunning(now: Running): void {
    const before = running;
    const byOrder = Map.groupBy(now, ({ order }) => order);
    running = new Map([...byOrder].map(([order, runs]) => [order, runs.map(({ stage }) => stage)]));
    const orders = new Map(current.orders);
    for (const row of current.orders.values()) {
      const id = row.orderId ?? "";
      const [was, is] = [before.get(id), running.get(id)];
      if (`${was}` !== `${is}`) orders.set(row.id, withStages(row, context));
    }
    const changed = changesBetween(current.orders, orders);
    if (changed.length === 0) return;
    current = { ...current, orders };
    version += 1;
  }

  /** Changes since the last call, whatever windows have read in between. */
  function unpublished(): Changes {
    const before = published;
    published = current;
    return {
      version,
      bars: changesBetween(before.bars, current.bars),
      orders: changesBetween(before.orders, current.orders),
    };
  }

  async function verdictOf(window: Window, ids: ReadonlySet<string>): Promise<Verdict> {
    if (ids.size === current.orders.size) return current.verdict;
    const key = `${explainedInput} ${window.fromMs} ${window.toMs}`;
    const known = verdicts.get(key);
    if (known) return known;
    const verdict = await budget.run(() => {
      const near = overlapping({ fromMs: window.fromMs - beforeMs, toMs: window.toMs + afterMs });
      const only = ({ id }: { readonly id: string }) => ids.has(id);
      return verdictIn(explain(store.spans(near), { names: names.known, only, maxSegments: 0, reportsOpen }));
    });
    verdicts.set(key, verdict);
    const [oldest] = verdicts.size > maxVerdicts ? verdicts.keys() : [];
    if (oldest !== undefined) verdicts.delete(oldest);
    return verdict;
  }

  return {
    refresh,
    setRunning,
    /** Explains new spans unless the budget is resting; returns the changes for open pages, undefined when there are none. */
    async changes(now: Running): Promise<Changes | undefined> {
      setRunning(now);
      if (!budget.isResting()) await refresh();
      if (published === current) return undefined;
      const changes = unpublished();
      return changes.bars.length + changes.orders.length > 0 ? changes : undefined;
    },
    /** Leaves all changes so far out of `changes`. */
    skipChanges(): void {
      published = current;
    },
    async window(window: Window): Promise<WindowAnswer> {
      if (explainedInput === "" || !budget.isResting()) await refresh();
      const { fromMs, toMs } = window;
      const now = current;
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
      const truncated = !isComplete(fromMs);
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
    /** The row of an order by its id or trace id. */
    row: (id: string): OrderRow | undefined =>
      current.orders.get(id) ??
      [...current.orders.values()].find(({ orderId, traceId }) => orderId === id || traceId === id),
    /** One order explained with all segments of its waits; undefined when no stage has handled it. */
    async finding(row: OrderRow): Promise<{ order: OrderFinding; originMs: number } | undefined> {
      const [fromMs, toMs] = [row.startedAtMs, row.startedAtMs + row.totalMs];
      const near = overlapping({ fromMs: fromMs - beforeMs, toMs: toMs + afterMs });
      const only = ({ id }: { readonly id: string }) => id === row.id;
      const explained = await budget.run(() =>
        explain(store.spans(near), { names: names.known, only, maxSegments, reportsOpen }),
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

/** Entries of `after` that are new or differ from `before`. */
function changesBetween<T extends object>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): T[] {
  if (before === after) return [];
  return [...after].flatMap(([id, now]) => {
    const was = before.get(id);
    return was !== undefined && isEqual(was, now) ? [] : [now];
  });
}

/** Deep equality of plain values; the order of fields does not matter. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const [left, right]: Record<string, unknown>[] = [{ ...a }, { ...b }];
  return names.every((name) => isEqual(left?.[name], right?.[name]));
}
