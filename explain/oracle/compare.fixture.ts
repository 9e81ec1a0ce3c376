import type { TrueCause, TrueSegment } from "./model.fixture.ts";

/** A part of a wait as explain or as the simulator tells it; blockers by name. */
export type Told = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly cause: TrueCause | "unexplained";
  readonly blockers: readonly string[];
  readonly proven: boolean;
};

export type Difference = {
  readonly fromNs: number;
  readonly toNs: number;
  readonly said: Told | undefined;
  readonly truth: Told | undefined;
};

export function toldBy(
  truth: readonly TrueSegment[],
  nameOf: (run: TrueSegment["blockers"][number]) => string,
) {
  return truth.map(
    ({ blockers, ...segment }): Told => ({ ...segment, blockers: blockers.map(nameOf).sort(), proven: true }),
  );
}

/** The times at which two cuts of one wait differ in cause or in blame. */
export function differences(said: readonly Told[], truth: readonly Told[]): Difference[] {
  const edges = [...new Set([...said, ...truth].flatMap(({ fromNs, toNs }) => [fromNs, toNs]))];
  edges.sort((a, b) => a - b);
  return edges.flatMap((fromNs, n) => {
    const toNs = edges[n + 1];
    if (toNs === undefined) return [];
    const at = (cut: readonly Told[]) => cut.find((part) => part.fromNs <= fromNs && fromNs < part.toNs);
    const [one, other] = [at(said), at(truth)];
    const same = one?.cause === other?.cause && String(one?.blockers) === String(other?.blockers);
    return same ? [] : [{ fromNs, toNs, said: one, truth: other }];
  });
}

/** How long two cuts differ, ns. */
export function lengthOf(parts: readonly { readonly fromNs: number; readonly toNs: number }[]): number {
  return parts.reduce((ns, { fromNs, toNs }) => ns + toNs - fromNs, 0);
}

/** Blames messages whatever the attempt. */
export function byMessage({ blockers, ...told }: Told): Told {
  return { ...told, blockers: blockers.map((name) => name.replace(/!.*/, "")) };
}
