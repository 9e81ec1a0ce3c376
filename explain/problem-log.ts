import type { Problem } from "./span.ts";

/** Receives a sentence that says what cannot be used. */
export type ReportProblem = (what: string) => void;
export type OnProblem = (problem: Problem) => void;

/** Counts problems of spans by kind. The result does not depend on the order of the spans. */
export function createProblemLog() {
  const problems = new Map<string, { what: string; where: string; count: number }>();
  return {
    add(what: string, where: string, count = 1): void {
      const known = problems.get(what);
      if (!known) problems.set(what, { what, where, count });
      else {
        known.count += count;
        // The smallest place, so that the order of the spans does not matter.
        if (where < known.where) known.where = where;
      }
    },
    list: (): Problem[] =>
      [...problems.values()].sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1)),
  };
}

export type ProblemLog = ReturnType<typeof createProblemLog>;

/** Counts problems of an input by kind, so that ten thousand equal ones become one line. */
export type ProblemCounter = {
  /** `where` is called only for the first problem of its kind. */
  readonly add: (what: string, where: () => string) => void;
  /** Reports each kind once, with its count, and starts again from zero. */
  readonly report: (onProblem: OnProblem) => void;
};

export function createProblemCounter(): ProblemCounter {
  const kinds = new Map<string, { where: string; count: number }>();
  return {
    add(what, where) {
      const known = kinds.get(what);
      if (known) known.count += 1;
      else kinds.set(what, { where: where(), count: 1 });
    },
    report(onProblem) {
      const counted = [...kinds];
      kinds.clear();
      for (const [what, { where, count }] of counted) onProblem({ what, where, count });
    },
  };
}
