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

/** So many messages of another log show that it is one; a single one may be a message that was delivered again. */
const fewestOfAnotherLog = 2;

/**
 * Names groups. Installations of a service in several environments share a name, but neither brokers nor groups: each then has its
 * own group. The offsets of a partition show it: one environment handles offsets that the other has passed. An environment that was
 * only renamed continues where the one before ended.
 */
function createGroupNames(rows: readonly Row[]) {
  const environments = new Set(rows.flatMap(({ message }) => message?.consumer.environment ?? []));
  const several = environments.size < 2 ? noGroups : groupsOfSeveralLogs(rows);
  return {
    nameOf({ service }: Row, { group = service, consumer: { environment } }: MessageFacts): string {
      return environment !== undefined && several.has(group) ? `${group} (${environment})` : group;
    },
  };
}

const noGroups: ReadonlySet<string> = new Set();

/** The groups that consume several logs. */
function groupsOfSeveralLogs(rows: readonly Row[]): ReadonlySet<string> {
  const lanes = new Map<string, Row[]>();
  for (const row of rows) {
    const { message, service } = row;
    if (message?.partition === undefined || message.offset === undefined) continue;
    const name = JSON.stringify([
      message.group ?? service,
      message.cluster,
      message.topic,
      message.partition,
    ]);
    const known = lanes.get(name);
    if (known) known.push(row);
    else lanes.set(name, [row]);
  }
  const several = new Set<string>();
  for (const ofLane of lanes.values()) {
    const [first] = ofLane;
    if (first?.message && areOfSeveralLogs(ofLane)) several.add(first.message.group ?? first.service);
  }
  return several;
}

/** Whether one environment handled offsets that another had passed, of other messages. `ofLane` are all of one partition. */
function areOfSeveralLogs(ofLane: readonly Row[]): boolean {
  const environments = new Set(ofLane.flatMap(({ message }) => message?.consumer.environment ?? []));
  if (environments.size < 2) return false;
  const highest = new Map<string, number>();
  const traces = new Map<string, string>();
  let others = 0;
  for (const { message, traceId } of ofLane.toSorted((a, b) => a.startNs - b.startNs)) {
    const environment = message?.consumer.environment;
    const offset = message?.offset;
    if (environment === undefined || offset === undefined) continue;
    for (const [name, passed] of highest) {
      if (name !== environment && offset <= passed && traces.get(`${name} ${offset}`) !== traceId)
        others += 1;
    }
    highest.set(environment, Math.max(highest.get(environment) ?? -1, offset));
    traces.set(`${environment} ${offset}`, traceId);
  }
  return others >= fewestOfAnotherLog;
}

/** The stage of a handling's span; undefined for other spans. */
function stageOf({ message, service }: Row): string | undefined {
  return message?.role === "process"
    ? JSON.stringify([message.cluster, message.topic, message.group, service])
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
