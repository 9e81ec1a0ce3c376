import type { ReportProblem } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { type DecodedSpan, type Format, type Scope, withOwners } from "./formats/format.ts";
import type { Interner } from "./formats/interner.ts";

/** The part of an unfinished item that has been read, parsed; undefined when it is not valid JSON. */
type SoFar = {
  readonly outline: () => unknown;
  /** The object around the open span array. */
  readonly holder: () => unknown;
};

/** An item that is being read in pieces. Its spans wait until its owners and their scope are known. */
export type OpenItem = {
  /** Takes spans of the n-th span array; returns those that no longer wait. */
  readonly add: (decoded: readonly DecodedSpan[], array: number, soFar: SoFar) => Span[];
  /** The spans that waited for the end of the item. */
  readonly close: (item: unknown) => Span[];
  /** The input ends within the item: the spans whose owner is known, and the number of the others. */
  readonly abandon: () => { readonly spans: Span[]; readonly lost: number };
};

/** A scope is not worth more memory: when more spans wait for it, they are used without. */
const maxWaitingForScope = 10_000;

export function openItem(format: Format, interner: Interner, report: ReportProblem): OpenItem {
  let owners: ReturnType<Format["ownersOf"]>;
  let hasAsked = false;
  let scope: Scope | undefined;
  let askedArray = -1;
  let waiting: { readonly decoded: readonly DecodedSpan[]; readonly array: number }[] = [];
  let waitingSpans = 0;

  /** All waiting spans, with the scopes that are known. */
  function release(scopes: readonly (Scope | undefined)[]): Span[] {
    const released = waiting.flatMap(({ decoded, array }) => withOwners(decoded, owners, scopes[array]));
    waiting = [];
    waitingSpans = 0;
    return released;
  }

  return {
    add(decoded, array, soFar) {
      if (decoded.every(({ owner }) => owner === undefined)) return withOwners(decoded, undefined);
      if (!hasAsked) owners = format.ownersOf(soFar.outline(), interner, report);
      hasAsked = true;
      if (array !== askedArray) scope = format.scopeOf(soFar.holder(), interner);
      askedArray = array;
      if (owners && scope) return withOwners(decoded, owners, scope);
      waiting.push({ decoded, array });
      waitingSpans += decoded.length;
      return owners && waitingSpans > maxWaitingForScope ? release([]) : [];
    },
    close(item) {
      owners ??= format.ownersOf(item, interner, report);
      if (waiting.length === 0) return [];
      return release(format.holdersOf(item).map((holder) => format.scopeOf(holder, interner)));
    },
    abandon: () => (owners ? { spans: release([]), lost: 0 } : { spans: [], lost: waitingSpans }),
  };
}
