const firstPauseMs = 100;
const longestPauseMs = 5000;
/** A process that has been ready for this long has nothing to do with the crashes before. */
const healthyMs = 30_000;

/** Growing pauses between the attempts to run one process: 100 ms, 200 ms, … 5 s. */
export function createBackOff(clock: () => number) {
  let crashes = 0;
  let readyMs: number | undefined;
  return {
    ready() {
      readyMs = clock();
    },
    /** Called when the process ended; tells the pause before the next attempt, in ms. */
    crashed(): number {
      if (readyMs !== undefined && clock() - readyMs >= healthyMs) crashes = 0;
      readyMs = undefined;
      crashes++;
      return Math.min(longestPauseMs, firstPauseMs * 2 ** (crashes - 1));
    },
  };
}
