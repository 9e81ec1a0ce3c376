import { createProgress, type ProgressStream } from "../../core/progress.ts";

/** Nothing is shown before this time; it is shorter where the line can be erased again. */
const quietMs = { terminal: 500, other: 10_000 };
const everyMs = 250;

/** Shows how many spans have been read, once that takes long. Call it while reading: a timer would not fire while explaining. */
export function createReadingProgress(stream: ProgressStream, clock: () => number = Date.now) {
  const progress = createProgress(stream, clock);
  let nextMs = clock() + (stream.isTTY ? quietMs.terminal : quietMs.other);
  let isShown = false;
  let spans = 0;
  const countedSpans = () => `${spans.toLocaleString("en")} span${spans === 1 ? "" : "s"}`;
  const show = (text: string) => {
    isShown = true;
    nextMs = clock() + everyMs;
    progress.now(text);
  };
  return {
    read(count: number): void {
      spans += count;
      if (clock() >= nextMs) show(`${countedSpans()} read`);
    },
    explaining(): void {
      if (isShown) show(`explaining ${countedSpans()}`);
    },
    clear: progress.clear,
  };
}

export type ReadingProgress = Pick<ReturnType<typeof createReadingProgress>, "read" | "explaining">;
