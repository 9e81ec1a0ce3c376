import type { Problem } from "./span.ts";

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

export type OnProblem = (problem: Problem) => void;

export type Tally = {
  /** Counts a problem; `where` is asked only for the first of its kind. */
  readonly note: (what: string, where: () => string) => void;
  /** Tells each kind once, with its count, and starts anew. */
  readonly tell: (onProblem: OnProblem) => void;
};

/** Counts problems by what is wrong, so that ten thousand alike make one line. */
export function createTally(): Tally {
  const kinds = new Map<string, { where: string; count: number }>();
  return {
    note(what, where) {
      const known = kinds.get(what);
      if (known) known.count += 1;
      else kinds.set(what, { where: where(), count: 1 });
    },
    tell(onProblem) {
      const told = [...kinds];
      kinds.clear();
      for (const [what, { where, count }] of told) onProblem({ what, where, count });
    },
  };
}
