import type { Leg } from "./journey.ts";

const runLetters = { processing: "P", notification: "N", analytics: "A" } as const;

/** What the letters of a timeline stand for. */
export const timelineLegend = "a accepting   . waiting   P processing   N notification   A analytics";

/**
 * Legs as one line of `columns` characters for the time from 0 to `endMs`:
 *
 *     aa......PPPPPPPP.N.AAA
 *
 * A character shows what took most of its time; but a run, however short, comes before a wait, so that every stage
 * that the order was in is there to see.
 */
export function timeline(legs: readonly Leg[], endMs: number, columns: number): string {
  const cellMs = Math.max(endMs, 1) / columns;
  const cells = Array.from({ length: columns }, (_, cell) => {
    const overlaps = legs
      .map((leg) => ({
        leg,
        ms: Math.min(leg.toMs, (cell + 1) * cellMs) - Math.max(leg.fromMs, cell * cellMs),
      }))
      .filter(({ ms }) => ms > 0)
      .sort((a, b) => rank(b.leg) - rank(a.leg) || b.ms - a.ms);
    const [top] = overlaps;
    return top ? letterOf(top.leg) : " ";
  });
  return cells.join("").trimEnd();
}

function rank({ kind }: Leg): number {
  return { run: 2, wait: 1, accept: 0 }[kind];
}

function letterOf({ kind, stage }: Leg): string {
  if (kind === "accept") return "a";
  return kind === "run" && stage ? runLetters[stage] : ".";
}
