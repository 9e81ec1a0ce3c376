import type { Span } from "@opentelemetry/api";
import type { Choice } from "./choose.ts";
import type { SliceWatch } from "./pool.ts";

/** Watches one run: which threads run its slices and when. `end` comes last, while the span can still be written to. */
export type OperationWatch = SliceWatch & { end(): void };

/** Called as an operation is submitted, before it waits. This is where measuring hooks in. */
export type Observe = (span: Span, choice: Choice) => OperationWatch;

export const observeNothing: Observe = () => ({
  sliceStarted: () => undefined,
  sliceEnded: () => undefined,
  end: () => undefined,
});
