/** Progress, for people who wait. */
export type Progress = {
  /** The current step: replaces the previous line on a terminal; otherwise one is printed every ten seconds. */
  now(text: string): void;
  /** A finished step; its line stays. */
  done(text: string): void;
  /** Erases the line of the current step. */
  clear(): void;
};

export type ProgressStream = { write(text: string): unknown; isTTY?: boolean; columns?: number };

/** Minimum time between two lines of current steps where lines cannot be erased. */
const lineEveryMs = 10_000;

export function createProgress(stream: ProgressStream, clock: () => number = Date.now): Progress {
  const startedMs = clock();
  const seconds = () => `${((clock() - startedMs) / 1000).toFixed(1).padStart(6)} s`;
  let writtenMs = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  const clear = () => {
    if (isOpen) stream.write("\r\u001b[K");
    isOpen = false;
  };
  return {
    now(text) {
      const line = `${seconds()}  ${text}`;
      if (stream.isTTY) {
        clear();
        stream.write(line.slice(0, (stream.columns ?? 80) - 1));
        isOpen = true;
      } else if (clock() - writtenMs >= lineEveryMs) {
        writtenMs = clock();
        stream.write(`${line}\n`);
      }
    },
    done(text) {
      clear();
      writtenMs = clock();
      stream.write(`${seconds()}  ${text}\n`);
    },
    clear,
  };
}
