import { createSearchUp } from "../spans/ancestors.ts";
import type { MessageFacts } from "../spans/message.ts";
import type { Row } from "../spans/trace.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { handledElsewhere, inferRoles } from "./roles.ts";

/** A span in which a message or a batch is handled. */
export type Handling = {
  readonly row: Row;
  readonly message: MessageFacts;
  /** Consumer group, or the service; with the environment where the spans are of several. */
  readonly group: string;
  /** Spans inside it for the same handling, as when a framework wraps an instrumented client. */
  readonly inner: Row[];
  /** How long after its span has ended handling was seen to go on in its stage; undefined when it ends with the span. */
  readonly goesOnNs: number | undefined;
};

/** Each handling once, however many nested spans it has. */
export function handlingsOf(table: TraceTable): Handling[] {
  inferRoles(table);
  const nearest = createSearchUp(({ message }) => message !== undefined && message.role !== "receive");
  const outer: Row[] = [];
  const nested: Row[] = [];
  for (const { rows } of table.traces.values()) {
    for (const row of rows) {
      if (row.message?.role !== "process") continue;
      const above = nearest(row);
      if (above && above !== row && isSameHandling(above, row)) nested.push(row);
      else outer.push(row);
    }
  }
  const goesOn = handledElsewhere(table, stageOf);
  const groups = createGroupNames([...outer, ...nested]);
  const handlings: Handling[] = [];
  function add(row: Row): void {
    const { message } = row;
    if (!message) return;
    const goesOnNs = goesOn.size > 0 ? goesOn.get(stageOf(row) ?? "") : undefined;
    handlings.push({ row, message, group: groups.nameOf(row, message), inner: [], goesOnNs });
  }
  for (const row of outer) add(row);
  if (nested.length === 0) return handlings;
  const byRow = new Map(handlings.map((handling) => [handling.row, handling]));
  const outermost = createSearchUp((row) => byRow.has(row));
  for (const row of nested) {
    const top = outermost(row);
    const handling = top && byRow.get(top);
    if (handling) handling.inner.push(row);
    // When parents form a cycle, none is the outermost.
    else add(row);
  }
  return handlings;
}

/** Names groups; the installations of a service in several environments have groups of their own, whose names are the same. */
function createGroupNames(rows: readonly Row[]) {
  const environments = new Map<string, Set<string | undefined>>();
  for (const { message, service } of rows) {
    if (!message) continue;
    const group = message.group ?? service;
    const known = environments.get(group);
    if (known) known.add(message.consumer.environment);
    else environments.set(group, new Set([message.consumer.environment]));
  }
  return {
    nameOf({ service }: Row, { group = service, consumer: { environment } }: MessageFacts): string {
      const isOneOfSeveral = (environments.get(group)?.size ?? 0) > 1;
      return isOneOfSeveral && environment !== undefined ? `${group} (${environment})` : group;
    },
  };
}

/** The stage of a handling's span; undefined for other spans. */
function stageOf({ message, service }: Row): string | undefined {
  return message?.role === "process"
    ? JSON.stringify([message.cluster, message.topic, message.group, service, message.consumer.environment])
    : undefined;
}

/** Whether a handling span has the same message as the span outside it, or names none itself. */
function isSameHandling({ message: outer }: Row, { message: inner }: Row): boolean {
  if (outer?.role !== "process" || !inner || outer.topic !== inner.topic) return false;
  const same = (fact: "partition" | "offset" | "group") =>
    inner[fact] === undefined || inner[fact] === outer[fact];
  const groups = outer.group === undefined || same("group");
  return groups && same("partition") && same("offset");
}
