import { createSearchUp } from "../spans/ancestors.ts";
import type { MessageFacts } from "../spans/message.ts";
import type { Row, Trace } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";

/** A CONSUMER span that handles a message. */
export type Handling = {
  readonly row: Row;
  readonly message: MessageFacts;
  readonly trace: Trace;
  readonly group: string;
  /** Spans within it that tell of the same handling: of a framework above an instrumented client. */
  readonly inner: Row[];
};

/** Each handling once, however many nested spans tell of it. */
export function handlingsOf({ traces }: TraceTable): Handling[] {
  const nearest = createSearchUp(({ message }) => message !== undefined && message.role !== "receive");
  const handlings = new Map<Row, Handling>();
  const nested: { row: Row; message: MessageFacts; trace: Trace }[] = [];
  for (const trace of traces.values()) {
    for (const row of trace.rows) {
      const { message } = row;
      if (message?.role !== "process") continue;
      const outer = nearest(trace, row);
      if (outer && outer !== row && tellOfTheSame(outer, row)) nested.push({ row, message, trace });
      else handlings.set(row, handlingOf(row, message, trace));
    }
  }
  const isHandled = createSearchUp((row) => handlings.has(row));
  const alone: Handling[] = [];
  for (const { row, message, trace } of nested) {
    const outer = isHandled(trace, row);
    const around = outer && handlings.get(outer);
    if (around) around.inner.push(row);
    // In a circle none is the outermost.
    else alone.push(handlingOf(row, message, trace));
  }
  return [...handlings.values(), ...alone];
}

function handlingOf(row: Row, message: MessageFacts, trace: Trace): Handling {
  return { row, message, trace, group: message.group ?? row.service, inner: [] };
}

/** Whether a span of a handling is about the message of the one around it, or names none of its own. */
function tellOfTheSame({ message: outer }: Row, { message: inner }: Row): boolean {
  if (outer?.role !== "process" || !inner || outer.topic !== inner.topic) return false;
  const same = (fact: "partition" | "offset" | "group") =>
    inner[fact] === undefined || inner[fact] === outer[fact];
  const groups = outer.group === undefined || same("group");
  return groups && same("partition") && same("offset");
}
