import type { Problem } from "../span.ts";

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
