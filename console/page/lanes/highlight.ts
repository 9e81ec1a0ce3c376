import type { Bar, OrderAnswer } from "../../api.ts";
import { causePieces } from "../time/wait-segments.ts";

/** What a selected order lights up. */
export type Highlight = {
  readonly order: string;
  /** Its deliveries, by start. */
  readonly journey: readonly Bar[];
  /** Ids of the bars that it waited behind, with how long, the worst first. */
  readonly behind: ReadonlyMap<string, number>;
  /** Ids of the bars that waited behind it more than behind any other. */
  readonly heldUp: ReadonlySet<string>;
  /** Its waits, cut into causes; without an answer of the server each is one piece. */
  readonly waits: readonly HighlightedWait[];
};

export type HighlightedWait = {
  readonly bar: Bar;
  readonly pieces: readonly WaitPiece[];
};

export type WaitPiece = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: string | undefined;
  /** Id of the bar to blame. */
  readonly blockedBy: string | undefined;
};

/** @param answer what the server says of the order; may be of another one, or not be there yet */
export function highlightOf(order: string, bars: Iterable<Bar>, answer?: OrderAnswer): Highlight | undefined {
  const journey: Bar[] = [];
  const all = [...bars];
  for (const bar of all) if (bar.order === order) journey.push(bar);
  if (journey.length === 0) return undefined;
  journey.sort((a, b) => a.startedAtMs - b.startedAtMs);
  const own = new Set(journey.map(({ id }) => id));
  const heldUp = new Set<string>();
  for (const bar of all) if (bar.blockedBy !== undefined && own.has(bar.blockedBy)) heldUp.add(bar.id);
  const told = answer?.order.id === order ? answer : undefined;
  return { order, journey, behind: behindOf(journey, told), heldUp, waits: waitsOf(journey, told) };
}

function behindOf(journey: readonly Bar[], answer: OrderAnswer | undefined): Map<string, number> {
  const ms = new Map<string, number>();
  const add = (id: string, more: number) => ms.set(id, (ms.get(id) ?? 0) + more);
  if (answer) {
    for (const { wait } of answer.deliveries) {
      for (const blocker of wait?.blockers ?? []) {
        add(barIdOf(blocker), blocker.ns / 1e6);
      }
    }
  } else {
    for (const { blockedBy, blockedMs } of journey) if (blockedBy !== undefined) add(blockedBy, blockedMs);
  }
  return new Map([...ms].sort((a, b) => b[1] - a[1]));
}

function waitsOf(journey: readonly Bar[], answer: OrderAnswer | undefined): HighlightedWait[] {
  const cuts = new Map(
    answer?.deliveries.map((delivery) => [
      barIdOf(delivery),
      causePieces(delivery, answer.originMs)?.map(
        ({ fromMs, toMs, cause, blame }): WaitPiece => ({
          fromMs,
          toMs,
          cause,
          blockedBy: blame && barIdOf(blame),
        }),
      ),
    ]),
  );
  return journey.flatMap((bar): HighlightedWait[] => {
    const { availableAtMs, startedAtMs, cause, blockedBy } = bar;
    if (availableAtMs === undefined || availableAtMs >= startedAtMs) return [];
    const whole = { fromMs: availableAtMs, toMs: startedAtMs, cause, blockedBy };
    return [{ bar, pieces: cuts.get(bar.id) ?? [whole] }];
  });
}

/** The id of the bar of a delivery. */
function barIdOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId}/${spanId}`;
}
