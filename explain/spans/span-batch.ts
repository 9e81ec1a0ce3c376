import type { ReportProblem } from "../problem-log.ts";
import { type Span, type SpanKind, type SpanLink, spanKinds } from "../span.ts";
import { numberOf, textOf } from "./attributes.ts";
import { cpuTimeOf, memoryOf, nearNs, threadQueueOf } from "./checked-numbers.ts";
import type { MessageFacts } from "./message.ts";

/** The most spans of a batch. */
export const batchSpans = 16_384;

/** What our workloads record about an operation. */
export type WorkFacts = {
  readonly operation: string;
  readonly intensity: string | undefined;
  readonly queueMs: number;
  readonly cpuMs: number | undefined;
  readonly memoryMb: number | undefined;
};

/**
 * Spans reduced to what explain needs, in columns: a million objects would cost more time in the garbage collector than all else.
 * Texts are indices into `texts`, -1 for none.
 */
export type SpanBatch = {
  readonly count: number;
  /** Time 0 of `times`, ns since the Unix epoch: a whole second. */
  readonly baseNs: bigint;
  /** Ids of traces, and the trace of each span. */
  readonly traces: readonly string[];
  readonly trace: Int32Array;
  /** Ids of each span and its parent, one after the other; `idEnds` has two ends for each span. */
  readonly ids: string;
  readonly idEnds: Int32Array;
  /** Start and end of each span, ns since `baseNs`. */
  readonly times: Float64Array;
  readonly texts: readonly string[];
  /** Name, service, scope and order id of each span. */
  readonly words: Int32Array;
  /** Kind, and whether it failed. */
  readonly flags: Uint8Array;
  /** `holdup.attempt`; NaN for none. */
  readonly attempts: Float64Array;
  /** Index of a span's message, -1 for none. */
  readonly message: Int32Array;
  readonly messages: readonly MessageFacts[];
  readonly work: Int32Array;
  readonly works: readonly WorkFacts[];
  readonly links: ReadonlyMap<number, readonly SpanLink[]>;
};

const kindBits = 7;
const failedBit = 8;

export function kindIn(flags: number): SpanKind | undefined {
  return spanKinds[flags & kindBits];
}

export function hasFailedIn(flags: number): boolean {
  return (flags & failedBit) !== 0;
}

const wordsPerSpan = 4;
const nsPerSecond = 1_000_000_000n;

/** Collects spans in batches of near times. `add` takes the span's message; `take` returns the full batches, or all. */
export function createSpanWriter() {
  const full: SpanBatch[] = [];
  let open: ReturnType<typeof openBatch> | undefined;
  /** Batches of spans far from the others, as by broken clocks. */
  let distant: ReturnType<typeof openBatch>[] = [];

  function batchFor(span: Span): ReturnType<typeof openBatch> {
    if (open?.isNear(span)) return open;
    if (!open) {
      open = openBatch(span);
      return open;
    }
    const known = distant.find((one) => one.isNear(span));
    if (known) return known;
    const made = openBatch(span, 16);
    distant.push(made);
    return made;
  }

  return {
    add(span: Span, message: MessageFacts | undefined, report: ReportProblem): void {
      const batch = batchFor(span);
      batch.add(span, message, report);
      if (batch.count() < batchSpans) return;
      full.push(batch.close());
      if (batch === open) open = undefined;
      else distant = distant.filter((one) => one !== batch);
    },

    /** The full batches since the last call; at the end, all. */
    take(isEnd: boolean): SpanBatch[] {
      const taken = full.splice(0);
      if (!isEnd) return taken;
      if (open) taken.push(open.close());
      taken.push(...distant.map((batch) => batch.close()));
      open = undefined;
      distant = [];
      return taken;
    },
  };
}

function openBatch(first: Span, room: number = batchSpans) {
  const baseNs = wholeSeconds(first.startNs) * nsPerSecond;
  let size = Math.min(room, batchSpans);
  let trace = new Int32Array(size);
  let idEnds = new Int32Array(2 * size);
  let times = new Float64Array(2 * size);
  let words = new Int32Array(wordsPerSpan * size);
  let flags = new Uint8Array(size);
  let attempts = new Float64Array(size);
  let messageAt = new Int32Array(size);
  let workAt = new Int32Array(size);
  const ids: string[] = [];
  const traceIndex = new Map<string, number>();
  const textIndex = new Map<string, number>();
  const messages: MessageFacts[] = [];
  const works: WorkFacts[] = [];
  const links = new Map<number, readonly SpanLink[]>();
  let count = 0;
  let idEnd = 0;

  function indexIn(index: Map<string, number>, text: string): number {
    const known = index.get(text);
    if (known !== undefined) return known;
    index.set(text, index.size);
    return index.size - 1;
  }

  const wordOf = (text: string | undefined) => (text === undefined ? -1 : indexIn(textIndex, text));

  function grow(): void {
    size = Math.min(2 * size, batchSpans);
    trace = resized(trace, new Int32Array(size));
    idEnds = resized(idEnds, new Int32Array(2 * size));
    times = resized(times, new Float64Array(2 * size));
    words = resized(words, new Int32Array(wordsPerSpan * size));
    flags = resized(flags, new Uint8Array(size));
    attempts = resized(attempts, new Float64Array(size));
    messageAt = resized(messageAt, new Int32Array(size));
    workAt = resized(workAt, new Int32Array(size));
  }

  return {
    count: () => count,

    isNear({ startNs, endNs }: Span): boolean {
      return startNs - baseNs > -nearNs && endNs - baseNs < nearNs;
    },

    add(span: Span, message: MessageFacts | undefined, report: ReportProblem): void {
      if (count === size) grow();
      const n = count++;
      trace[n] = indexIn(traceIndex, span.traceId);
      ids.push(span.spanId);
      idEnd += span.spanId.length;
      idEnds[2 * n] = idEnd;
      if (span.parentSpanId !== undefined) ids.push(span.parentSpanId);
      idEnd += span.parentSpanId?.length ?? 0;
      idEnds[2 * n + 1] = idEnd;
      times[2 * n] = Number(span.startNs - baseNs);
      times[2 * n + 1] = Number(span.endNs - baseNs);
      const at = wordsPerSpan * n;
      words[at] = wordOf(span.name);
      words[at + 1] = wordOf(span.service ?? "");
      words[at + 2] = wordOf(span.scope);
      words[at + 3] = wordOf(textOf(span, "orderId"));
      flags[n] = spanKinds.indexOf(span.kind) | (span.failed ? failedBit : 0);
      attempts[n] = numberOf(span, "attempt") ?? Number.NaN;
      messageAt[n] = message ? messages.push(message) - 1 : -1;
      const work = workFactsOf(span, report);
      workAt[n] = work ? works.push(work) - 1 : -1;
      if (span.links?.length) links.set(n, span.links);
    },

    close(): SpanBatch {
      return {
        count,
        baseNs,
        traces: [...traceIndex.keys()],
        trace: trace.subarray(0, count),
        ids: ids.join(""),
        idEnds: idEnds.subarray(0, 2 * count),
        times: times.subarray(0, 2 * count),
        texts: [...textIndex.keys()],
        words: words.subarray(0, wordsPerSpan * count),
        flags: flags.subarray(0, count),
        attempts: attempts.subarray(0, count),
        message: messageAt.subarray(0, count),
        messages,
        work: workAt.subarray(0, count),
        works,
        links,
      };
    },
  };
}

function resized<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

function workFactsOf(span: Span, report: ReportProblem): WorkFacts | undefined {
  const operation = textOf(span, "workload");
  if (operation === undefined) return undefined;
  return {
    operation,
    intensity: textOf(span, "intensity"),
    queueMs: threadQueueOf(span, report) ?? 0,
    cpuMs: cpuTimeOf(span, report),
    memoryMb: memoryOf(span, report),
  };
}

/** Rounds down, also before the epoch, where bigint division would round towards zero. */
export function wholeSeconds(ns: bigint): bigint {
  const seconds = ns / nsPerSecond;
  return seconds * nsPerSecond > ns ? seconds - 1n : seconds;
}
