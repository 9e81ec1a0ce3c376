import { escapeControls } from "../../core/escape.ts";
import { duration } from "../../core/format.ts";
import type { Explanation } from "../explanation.ts";
import { unhandledText } from "../text/answer.ts";
import type { ExplainRequest, Source, Subject } from "./explain-options.ts";

/** Why an explanation has no orders, and what to do, as one line. */
export function emptyText({ source, subject }: ExplainRequest, { window }: Explanation): string {
  switch (subject.kind) {
    case "burst":
      return "The traces contain none of the last burst's orders. They may have been deleted, or tracing is off, or the burst was sent to another lab.";
    case "trace":
      return `No message of trace ${subject.traceId} was handled: the trace is missing, or none of its spans shows the handling of a message.`;
    default:
      if (window.spans > 0 && window.handled === 0 && window.orders === 0) return unhandledText(window);
      return escapeControls(`${emptySource(source, subject, window.spans > 0 ? "orders" : "spans")}.`);
  }
}

function emptySource(source: Source, subject: Subject, what: "orders" | "spans"): string {
  const when =
    subject.kind === "last"
      ? ` from the last ${duration(subject.ms * 1e6).replace(/\.0+(?= )| 0 (?:s|min)$/, "")}`
      : "";
  switch (source.kind) {
    case "files":
      return `No spans could be read from ${source.paths.join(", ")}. docs/explain.md shows what to save, and from where`;
    case "jaeger":
      return `Jaeger has no ${what}${when}. Look further back with --last, or give another Jaeger`;
    case "lab":
      return `The lab has no ${what}${when}. Send orders with ./holdup burst, or look further back with --last`;
  }
}
