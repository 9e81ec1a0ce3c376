import type { FullTimes } from "../consumers/full-times.ts";
import { once } from "../once.ts";
import type { Run } from "../run.ts";
import { runningSum } from "../running-sum.ts";
import { firstEndingAfter, firstStartingFrom } from "../search.ts";
import { type Blame, type BlameSource, createBlameIndex } from "./blame-index.ts";

/** So many runs for each time of a unit are looked at one by one. */
const mostPerTime = 16;

type Time = { readonly fromNs: number; readonly toNs: number };

/**
 * The blame of all that ran while a consumer had no slot left. `times` are those of the unit's pieces in which it was crowded:
 * each begins and ends with a full time.
 */
export function createCrowdBlame<R extends Run>(full: FullTimes<R>, times: readonly Time[]): BlameSource<R> {
  const { blames, shareUpTo, within } = full;
  const [firstNs, lastNs] = [times[0]?.fromNs ?? 0, times.at(-1)?.toNs ?? 0];
  const sharedBefore = runningSum(
    times.length,
    (n) => shareUpTo(times[n]?.toNs ?? 0) - shareUpTo(times[n]?.fromNs ?? 0),
  );

  function unitShareUpTo(atNs: number): number {
    const n = firstEndingAfter(times, atNs);
    const { fromNs = atNs } = times[n] ?? {};
    return (sharedBefore[n] ?? 0) + (atNs > fromNs ? shareUpTo(atNs) - shareUpTo(fromNs) : 0);
  }

  function share({ run, fromNs: begunNs, toNs: endedNs }: Blame<R>, fromNs: number, toNs: number): number {
    if (run.consumer !== full.consumer) return 0;
    const [from, to] = [Math.max(fromNs, begunNs), Math.min(toNs, endedNs)];
    return from < to ? unitShareUpTo(to) - unitShareUpTo(from) : 0;
  }

  // Where it does not take too long, what each run cost this unit; else what it cost anybody, which is never less.
  const index = once(() => {
    if (blames().count(firstNs, lastNs) > mostPerTime * times.length) return blames();
    const ofUnit = blames()
      .between(firstNs, lastNs)
      .map((blame) => ({ ...blame, ns: share(blame, firstNs, lastNs) }));
    return createBlameIndex(ofUnit.filter(({ ns }) => ns > 0));
  });

  function countIn(time: Time | undefined, fromNs: number, toNs: number): number {
    const part = time && within(Math.max(fromNs, time.fromNs), Math.min(toNs, time.toNs));
    return part ? blames().count(part.fromNs, part.toNs) : 0;
  }

  /** How many of a time's runs were to blame in the time before, too: they were under way all the while. */
  const alreadyIn = (n: number) => {
    const [before, time] = [times[n - 1], times[n]];
    return before && time ? blames().throughout(before.toNs, time.fromNs).length : 0;
  };
  const newBefore = once(() =>
    runningSum(times.length, (n) => countIn(times[n], firstNs, lastNs) - alreadyIn(n)),
  );

  return {
    index,
    causeOf: () => full.cause,
    share,

    count(fromNs, toNs) {
      const [first, last] = [firstEndingAfter(times, fromNs), firstStartingFrom(times, toNs) - 1];
      if (first > last) return 0;
      const atFirst = countIn(times[first], fromNs, toNs);
      if (first === last) return atFirst;
      const between = (newBefore()[last] ?? 0) - (newBefore()[first + 1] ?? 0);
      return atFirst + between + countIn(times[last], fromNs, toNs) - alreadyIn(last);
    },
  };
}
