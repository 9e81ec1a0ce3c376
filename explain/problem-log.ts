import type { Problem } from "./span.ts";

/** Receives a sentence that says what cannot be used; the first `example` of its kind stands where it says `{}`. */
export type ReportProblem = (what: string, example?: unknown) => void;
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
  /** `where` is called only for the first problem of its kind, whose `example` replaces `{}` in `what`. */
  readonly add: (what: string, where: () => string, example?: unknown) => void;
  /** Reports each kind once, with its count, and starts again from zero. */
  readonly report: (onProblem: OnProblem) => void;
};

export function createProblemCounter(): ProblemCounter {
  const kinds = new Map<string, { text: string; where: string; count: number }>();
  return {
    add(what, where, example) {
      const known = kinds.get(what);
      if (known) known.count += 1;
      else kinds.set(what, { text: what.replace("{}", () => shown(example)), where: where(), count: 1 });
    },
    report(onProblem) {
      const counted = [...kinds];
      kinds.clear();
      for (const [, { text, where, count }] of counted) onProblem({ what: text, where, count });
    },
  };
}

const maxShown = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
