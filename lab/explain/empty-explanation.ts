import { duration } from "../../core/words.ts";
import type { Explanation } from "../../explain/explanation.ts";
import { unhandledText } from "../../explain/text/explanation.ts";
import { harmless } from "../../explain/text/harmless.ts";
import type { ExplainRequest, Source, Subject } from "./explain-options.ts";

/** Where an explanation tells of no order: what is empty, and what to do, as a line. */
export function nothingText({ source, subject }: ExplainRequest, { window }: Explanation): string {
  switch (subject.kind) {
    case "burst":
      return "None of the last burst's orders is in the traces. They may be gone by now, or tracing is off, or the burst went to another lab.";
    case "trace":
      return `No handled message of trace ${subject.traceId} is there: the trace is missing, or has no span that tells of a handling.`;
    default:
      if (window.spans > 0 && window.handled === 0) return unhandledText(window);
      return harmless(`${emptiness(source, subject, window.spans > 0 ? "orders" : "spans")}.`);
  }
}

function emptiness(source: Source, subject: Subject, what: "orders" | "spans"): string {
  const when =
    subject.kind === "last"
      ? ` of the last ${duration(subject.ms * 1e6).replace(/\.0+(?= )| 0 (?:s|min)$/, "")}`
      : "";
  switch (source.kind) {
    case "files":
      return `No spans could be read from ${source.paths.join(", ")}. docs/explain.md tells what to save, and from where`;
    case "jaeger":
      return `Jaeger has no ${what}${when}. Look further back with --last, or ask another Jaeger`;
    case "lab":
      return `The lab has no ${what}${when}. Send orders with ./holdup burst, or look further back with --last`;
  }
}
