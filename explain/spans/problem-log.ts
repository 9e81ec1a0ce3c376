import type { Problem } from "../span.ts";

/** Collects what is wrong with the input: a line for each kind, with the place of its first occurrence and how many there were. */
export function createProblemLog() {
  const problems = new Map<string, { what: string; where: string; count: number }>();
  return {
    note(what: string, where: string): void {
      const known = problems.get(what);
      if (!known) problems.set(what, { what, where, count: 1 });
      else {
        known.count += 1;
        // Whatever the order of the input, the same one is named.
        if (where < known.where) known.where = where;
      }
    },
    list: (): Problem[] =>
      [...problems.values()].sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1)),
  };
}

export type ProblemLog = ReturnType<typeof createProblemLog>;
