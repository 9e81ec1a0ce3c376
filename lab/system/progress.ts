/** What is being done and how far it is, for people who wait. */
export type Progress = {
  /** What goes on right now; on a terminal it replaces the line before, else it shows every ten seconds. */
  now(text: string): void;
  /** Something that is done; stays. */
  done(text: string): void;
  /** Takes the line of what goes on right now away. */
  clear(): void;
};

const calmMs = 10_000;

export function createProgress(
  stream: { write(text: string): unknown; isTTY?: boolean; columns?: number },
  clock: () => number = Date.now,
): Progress {
  const startedMs = clock();
  const seconds = () => `${((clock() - startedMs) / 1000).toFixed(1).padStart(6)} s`;
  let saidMs = Number.NEGATIVE_INFINITY;
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
      } else if (clock() - saidMs >= calmMs) {
        saidMs = clock();
        stream.write(`${line}\n`);
      }
    },
    done(text) {
      clear();
      saidMs = clock();
      stream.write(`${seconds()}  ${text}\n`);
    },
    clear,
  };
}
