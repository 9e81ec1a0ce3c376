import { createProblemLog } from "../problem-log.ts";
import type { Problem, Span } from "../span.ts";
import { isUnread } from "./attributes.ts";
import { messageOf, topicOf } from "./message.ts";
import { createSpanWriter } from "./span-batch.ts";
import { createUnknownOperations } from "./unknown-operations.ts";

/** What a reader in another thread reports at its end. */
export type ReadReport = {
  readonly spans: number;
  /** Spans that were ignored. */
  readonly problems: readonly Problem[];
  /** Spans that are incomplete but used. */
  readonly gaps: readonly Problem[];
};

/** The latest time that a Date can hold, ns since the Unix epoch. */
const latestNs = 8_640_000_000_000_000_000_000n;

/** Checks spans and writes them into batches. */
export function createSpanReader() {
  const [problems, gaps] = [createProblemLog(), createProblemLog()];
  const unknownOperations = createUnknownOperations();
  const writer = createSpanWriter();
  let spans = 0;
  return {
    add(span: Span): void {
      spans += 1;
      const where = `trace ${span.traceId}, span ${span.spanId}`;
      if (span.endNs < span.startNs) {
        problems.add("The span ends before it starts; it is ignored.", where);
        return;
      }
      if (span.startNs < -latestNs || span.endNs > latestNs) {
        problems.add("The time of the span is outside the range of dates; it is ignored.", where);
        return;
      }
      const report = (what: string) => gaps.add(what, where);
      const message = messageOf(span, report, (operation) =>
        unknownOperations.add(operation, span.service ?? "", where),
      );
      if (!message && (span.kind === "consumer" || span.kind === "producer") && !topicOf(span)) {
        gaps.add(
          isUnread(span, "topic")
            ? "A consumer's or producer's span names its topic in a form that is not read."
            : "A consumer's or producer's span names no topic.",
          where,
        );
      }
      writer.add(span, message, report);
    },
    take: writer.take,
    /** Call once, at the end. */
    end() {
      for (const { what, where, count } of unknownOperations.list()) gaps.add(what, where, count);
      return { problems, gaps, spans, batches: writer.take(true) };
    },
  };
}
