import { createSearchUp } from "../spans/ancestors.ts";
import type { MessageFacts } from "../spans/message.ts";
import type { Row, Trace } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";

/** A CONSUMER span that handles a message or a batch. */
export type Handling = {
  readonly row: Row;
  readonly message: MessageFacts;
  readonly trace: Trace;
  readonly group: string;
  /** Spans inside it for the same handling, as when a framework wraps an instrumented client. */
  readonly inner: Row[];
};

/** Each handling once, however many nested spans it has. */
export function handlingsOf({ traces }: TraceTable): Handling[] {
  const nearest = createSearchUp(({ message }) => message !== undefined && message.role !== "receive");
  const handlings = new Map<Row, Handling>();
  const nested: { row: Row; message: MessageFacts; trace: Trace }[] = [];
  for (const trace of traces.values()) {
    for (const row of trace.rows) {
      const { message } = row;
      if (message?.role !== "process") continue;
      const outer = nearest(trace, row);
      if (outer && outer !== row && isSameHandling(outer, row)) nested.push({ row, message, trace });
      else handlings.set(row, handlingOf(row, message, trace));
    }
  }
  const outermost = createSearchUp((row) => handlings.has(row));
  const inCircles: Handling[] = [];
  for (const { row, message, trace } of nested) {
    const outer = outermost(trace, row);
    const handling = outer && handlings.get(outer);
    if (handling) handling.inner.push(row);
    // When parents form a cycle, none is the outermost.
    else inCircles.push(handlingOf(row, message, trace));
  }
  return [...handlings.values(), ...inCircles];
}

function handlingOf(row: Row, message: MessageFacts, trace: Trace): Handling {
  return { row, message, trace, group: message.group ?? row.service, inner: [] };
}

/** Whether a handling span has the same message as the span outside it, or names none itself. */
function isSameHandling({ message: outer }: Row, { message: inner }: Row): boolean {
  if (outer?.role !== "process" || !inner || outer.topic !== inner.topic) return false;
  const same = (fact: "partition" | "offset" | "group") =>
    inner[fact] === undefined || inner[fact] === outer[fact];
  const groups = outer.group === undefined || same("group");
  return groups && same("partition") && same("offset");
}
