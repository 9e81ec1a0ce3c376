import type { Bar, OrderAnswer } from "../../api.ts";
import { waitSegments } from "../time/wait-segments.ts";

/** What is highlighted for a selected order. */
export type Highlight = {
  readonly order: string;
  /** Its deliveries, by start. */
  readonly deliveries: readonly Bar[];
  /** Ids of the bars that blocked it, with the time in ms, longest first. */
  readonly blockers: ReadonlyMap<string, number>;
  /** Ids of the bars that it blocked longer than any other did. */
  readonly blocked: ReadonlySet<string>;
  /** Its waits in segments by cause; each is one segment until the server has answered. */
  readonly waits: readonly HighlightedWait[];
};

export type HighlightedWait = {
  readonly bar: Bar;
  readonly segments: readonly HighlightedSegment[];
};

export type HighlightedSegment = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: string | undefined;
  /** Id of the bar that blocked it. */
  readonly blockedBy: string | undefined;
};

/** @param answer of the server about an order, possibly another one */
export function highlightOf(order: string, bars: Iterable<Bar>, answer?: OrderAnswer): Highlight | undefined {
  const deliveries: Bar[] = [];
  const all = [...bars];
  for (const bar of all) if (bar.order === order) deliveries.push(bar);
  if (deliveries.length === 0) return undefined;
  deliveries.sort((a, b) => a.startedAtMs - b.startedAtMs);
  const ids = new Set(deliveries.map(({ id }) => id));
  const blocked = new Set<string>();
  for (const bar of all) if (bar.blockedBy !== undefined && ids.has(bar.blockedBy)) blocked.add(bar.id);
  const own = answer?.order.id === order ? answer : undefined;
  const waits = waitsOf(deliveries, own);
  return { order, deliveries, blockers: blockersOf(deliveries, own), blocked, waits };
}

function blockersOf(deliveries: readonly Bar[], answer: OrderAnswer | undefined): Map<string, number> {
  const ms = new Map<string, number>();
  const add = (id: string, more: number) => ms.set(id, (ms.get(id) ?? 0) + more);
  if (answer) {
    for (const { wait } of answer.deliveries) {
      for (const blocker of wait?.blockers ?? []) {
        add(barIdOf(blocker), blocker.ns / 1e6);
      }
    }
  } else {
    for (const { blockedBy, blockedMs } of deliveries) if (blockedBy !== undefined) add(blockedBy, blockedMs);
  }
  return new Map([...ms].sort((a, b) => b[1] - a[1]));
}

function waitsOf(deliveries: readonly Bar[], answer: OrderAnswer | undefined): HighlightedWait[] {
  const segmentsById = new Map(
    answer?.deliveries.map((delivery) => [
      barIdOf(delivery),
      waitSegments(delivery, answer.originMs)?.map(
        ({ fromMs, toMs, cause, blocker }): HighlightedSegment => ({
          fromMs,
          toMs,
          cause,
          blockedBy: blocker && barIdOf(blocker),
        }),
      ),
    ]),
  );
  return deliveries.flatMap((bar): HighlightedWait[] => {
    const { availableAtMs, startedAtMs, cause, blockedBy } = bar;
    if (availableAtMs === undefined || availableAtMs >= startedAtMs) return [];
    const whole = { fromMs: availableAtMs, toMs: startedAtMs, cause, blockedBy };
    return [{ bar, segments: segmentsById.get(bar.id) ?? [whole] }];
  });
}

/** The id of the bar of a delivery. */
function barIdOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId}/${spanId}`;
}
