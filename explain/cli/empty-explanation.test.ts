import { expect, it } from "vitest";
import { sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import { emptyText } from "./empty-explanation.ts";
import { readExplainOptions } from "./explain-options.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const empty = explain([]);
const unhandled = explain([sent({ id: "s", at: 0, for: 1 })]);

it.each([
  [
    {},
    empty,
    "The lab has no spans from the last 10 min. Send orders with ./holdup burst, or look further back with --last.",
  ],
  [
    { jaeger: "http://j", last: "90s" },
    empty,
    "Jaeger has no spans from the last 90 s. Look further back with --last, or give another Jaeger.",
  ],
  [
    { file: ["a.json", "b\u001b[2J"] },
    empty,
    "No spans could be read from a.json, b\\u001b[2J. docs/explain.md shows what to save, and from where.",
  ],
  [
    { file: ["a.json"] },
    unhandled,
    "1 span in 1 trace, and none shows how a message was handled. explain needs spans of kind CONSUMER that name a topic (messaging.destination.name) and last as long as the handling.",
  ],
  [
    { trace, file: ["a.json"] },
    unhandled,
    `No message of trace ${trace} was handled: the trace is missing, or none of its spans shows the handling of a message.`,
  ],
  [
    { burst: "last" },
    unhandled,
    "The traces contain none of the last burst's orders. They may have been deleted, or tracing is off, or the burst was sent to another lab.",
  ],
])("reports for %j what is empty", (given, explanation, text) => {
  expect(emptyText(readExplainOptions(given), explanation)).toBe(text);
});
