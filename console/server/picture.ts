import { explain } from "../../explain/explain.ts";
import type { Explanation, OrderFinding } from "../../explain/explanation.ts";
import { consumers } from "../../shared/topics.ts";
import type { Bar, OrderRow, Verdict, WindowAnswer } from "../api.ts";
import { barsOf } from "./bars.ts";
import type { Budget } from "./budget.ts";
import { changesBetween } from "./changes.ts";
import type { OrderNames } from "./names.ts";
import { itemFromKey, type RowContext, type RunsOf, rowsOf } from "./rows.ts";
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

export type Window = { readonly fromMs: number; readonly toMs: number };

type Drawn = {
  readonly explanation: Explanation;
  readonly bars: ReadonlyMap<string, Bar>;
  readonly orders: ReadonlyMap<string, OrderRow>;
};

const nothing: Drawn = { explanation: explain([]), bars: new Map(), orders: new Map() };

export type Picture = ReturnType<typeof createPicture>;

/** All kept spans explained: the bars of the lanes, the rows of the orders, and the verdict of any window. */
export function createPicture(options: {
  readonly store: SpanStore;
  readonly names: OrderNames;
  readonly budget: Budget;
  /** Which stages handle an order right now. */
  readonly runningStages: RunsOf;
  /** Since when the spans are complete. */
  readonly coveredFromMs: () => number;
}) {
  const { store, names, budget, runningStages, coveredFromMs } = options;
  let drawn = nothing;
  let told = nothing;
  let drawnVersion = -1;
  let version = 0;
  const verdicts = new Map<string, Verdict>();

  const context: RowContext = {
    stageOf: (topic) =>
      consumers.find((consumer) => consumer.topic === topic)?.group ??
      drawn.explanation.stages.find((stage) => stage.topic === topic)?.stage,
    runningStages,
    traceOf: store.trace,
    nameOf: (order) => names.get(order),
  };
  const itemOf = (order: OrderFinding) => store.trace(order.traceId)?.item ?? itemFromKey(order);

  function draw(explanation: Explanation): void {
    drawn = { ...nothing, explanation };
    drawn = {
      explanation,
      bars: new Map(barsOf(explanation, itemOf).map((bar) => [bar.id, bar])),
      orders: new Map(rowsOf(explanation, store.traces(), context).map((row) => [row.id, row])),
    };
    version += 1;
  }

  /** Explains anew when there are new spans. */
  async function renew(): Promise<void> {
    if (drawnVersion === store.version()) return;
    await budget.run(() => {
      // Whoever was ahead in the queue may have done it.
      if (drawnVersion === store.version()) return;
      drawnVersion = store.version();
      draw(explain(store.spans(), { names, maxSegments: 0 }));
    });
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
    const { explanation } = drawn;
    if (ids.size === drawn.orders.size) return verdictIn(explanation);
    const key = `${drawnVersion} ${window.fromMs} ${window.toMs}`;
    const known = verdicts.get(key);
    if (known) return known;
    const verdict = await budget.run(() => {
      const near = overlapping({ fromMs: window.fromMs - beforeMs, toMs: window.toMs + afterMs });
      const only = ({ id }: { readonly id: string }) => ids.has(id);
      return verdictIn(explain(store.spans(near), { names, only, maxSegments: 0 }));
    });
    verdicts.set(key, verdict);
    const [oldest] = verdicts.size > mostVerdicts ? verdicts.keys() : [];
    if (oldest !== undefined) verdicts.delete(oldest);
    return verdict;
  }

  return {
    /** Explains what is new, and gives what has changed since the last time. */
    async refresh(): Promise<Changes> {
      await renew();
      return untold();
    },
    /** Draws the rows anew: other orders are being handled. */
    redraw(): Changes {
      draw(drawn.explanation);
      return untold();
    },
    /** True when there are spans that are not explained yet, or changes that are not told. */
    isStale: () => drawnVersion !== store.version() || told !== drawn,
    async window(window: Window): Promise<WindowAnswer> {
      if (drawnVersion < 0 || !budget.isResting()) await renew();
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
      const completeFromMs = Math.max(store.keptFromMs(), coveredFromMs());
      return { fromMs, toMs, version: answered, bars, orders, verdict, truncated: fromMs < completeFromMs };
    },
    /** The row of an order by its id or trace. */
    row: (id: string): OrderRow | undefined =>
      drawn.orders.get(id) ??
      [...drawn.orders.values()].find(({ orderId, traceId }) => orderId === id || traceId === id),
    /** What happened to one order, with all segments of its waits. */
    async finding(row: OrderRow): Promise<{ order: OrderFinding; originMs: number } | undefined> {
      const known = drawn.explanation.orders.find(({ id }) => id === row.id);
      if (!known) return undefined;
      const originMs = Date.parse(drawn.explanation.origin);
      const [fromMs, toMs] = [originMs + known.fromAtNs / 1e6, originMs + known.toAtNs / 1e6];
      const near = overlapping({ fromMs: fromMs - beforeMs, toMs: toMs + afterMs });
      const only = ({ id }: { readonly id: string }) => id === row.id;
      const told = await budget.run(() =>
        explain(store.spans(near), { names, only, maxSegments: mostSegments }),
      );
      const [order] = told.orders;
      return order && { order, originMs: Date.parse(told.origin) };
    },
  };
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
