import { createProblemLog } from "../problem-log.ts";
import type { Problem, Span } from "../span.ts";
import { isUnread } from "./attributes.ts";
import { messageOf, topicOf } from "./message.ts";
import { isMessageKind } from "./roles.ts";
import { createServiceLog, type ServiceFacts } from "./service-log.ts";
import { createSpanWriter } from "./span-batch.ts";
import { createUnknownOperations } from "./unknown-operations.ts";

/** What a reader in another thread reports at its end. */
export type ReadReport = {
  readonly spans: number;
  /** Spans that were ignored. */
  readonly problems: readonly Problem[];
  /** Spans that are incomplete but used. */
  readonly gaps: readonly Problem[];
  readonly services: ReadonlyMap<string, ServiceFacts>;
};

/** The latest time that a Date can hold, ns since the Unix epoch. */
const latestNs = 8_640_000_000_000_000_000_000n;

/** Checks spans and writes them into batches. */
export function createSpanReader() {
  const [problems, gaps] = [createProblemLog(), createProblemLog()];
  const unknownOperations = createUnknownOperations();
  const services = createServiceLog();
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
      let unknownOperation: string | undefined;
      const message = messageOf(span, report, (operation) => {
        unknownOperation = operation;
        unknownOperations.add(operation, span.service ?? "", where);
      });
      const hasNoTopic = !message && isMessageKind(span) && topicOf(span) === undefined;
      const isTopicUnread = hasNoTopic && isUnread(span, "topic");
      if (hasNoTopic) {
        gaps.add(
          isTopicUnread
            ? "A consumer's or producer's span names its topic in a form that is not read."
            : "A consumer's or producer's span names no topic.",
          where,
        );
      }
      if (unknownOperation !== undefined) {
        services.add(span, { lack: "operation", example: unknownOperation });
      } else if (hasNoTopic && !isTopicUnread) services.add(span, { lack: "topic" });
      else if (message) services.add(span);
      writer.add(span, message, report);
    },
    take: writer.take,
    /** Call once, at the end. */
    end() {
      for (const { what, where, count } of unknownOperations.list()) gaps.add(what, where, count);
      return { problems, gaps, spans, services: services.finish(), batches: writer.take(true) };
    },
  };
}
