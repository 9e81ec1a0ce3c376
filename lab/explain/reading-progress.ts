import { createProgress } from "../system/progress.ts";

type ProgressStream = Parameters<typeof createProgress>[0];

/** Before that there is nothing to wait for: sooner where a line can be taken away again. */
const quietMs = { terminal: 500, other: 10_000 };
const everyMs = 250;

/** Says how many spans have been read, once that takes long. To be told by who reads: explaining leaves no time for timers. */
export function createReadingProgress(stream: ProgressStream, clock: () => number = Date.now) {
  const progress = createProgress(stream, clock);
  let nextMs = clock() + (stream.isTTY ? quietMs.terminal : quietMs.other);
  let isShown = false;
  let spans = 0;
  const countedSpans = () => `${spans.toLocaleString("en")} span${spans === 1 ? "" : "s"}`;
  const say = (text: string) => {
    isShown = true;
    nextMs = clock() + everyMs;
    progress.now(text);
  };
  return {
    read(count: number): void {
      spans += count;
      if (clock() >= nextMs) say(`${countedSpans()} read`);
    },
    explaining(): void {
      if (isShown) say(`explaining ${countedSpans()}`);
    },
    clear: progress.clear,
  };
}

export type ReadingProgress = Pick<ReturnType<typeof createReadingProgress>, "read" | "explaining">;
