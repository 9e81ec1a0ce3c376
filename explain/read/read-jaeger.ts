import { createTally, type OnProblem, type Tally } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { ReadError } from "./errors.ts";
import { isFields } from "./formats/format.ts";
import { createShared } from "./formats/interner.ts";
import { traceIdOf } from "./formats/span-fields.ts";
import { foreign } from "./jaeger-address.ts";
import { createJaegerClient, type JaegerClient, JaegerRefusal } from "./jaeger-client.ts";
import { merge } from "./merge.ts";
import { readBytes } from "./read-bytes.ts";

/** Milliseconds since the Unix epoch, both included. */
export type TimeWindow = { readonly startMs: number; readonly endMs: number };

/** Only traces with a span that Jaeger's further parameters fit, such as `minDuration`. */
export type WindowSearch = TimeWindow & { readonly params?: Readonly<Record<string, string>> };

/**
 * Either all traces with a span that starts in a window; or one trace, and with `surroundingsMs` also all others of the
 * window that begins so long before its first span and ends so long after its last.
 */
export type JaegerQuery =
  | WindowSearch
  | { readonly traceId: string; readonly surroundingsMs?: number | undefined };

export type JaegerOptions = {
  /** Traces asked for at a time; Jaeger gives no more, and a full answer is asked for again in halves. */
  readonly limit?: number;
  /** A window this short is not halved. */
  readonly minWindowMs?: number;
  /** For how long Jaeger may be silent. */
  readonly timeoutMs?: number;
  /** Requests under way at a time. */
  readonly concurrency?: number;
  /** Attributes to keep, by name; default: those that explain reads. */
  readonly keeps?: (attribute: string) => boolean;
};

/** Times in microseconds, as Jaeger has them. */
type Search = {
  readonly service: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly params: Readonly<Record<string, string>>;
};

type Reading = {
  readonly client: JaegerClient;
  readonly tally: Tally;
  readonly shared: ReturnType<typeof createShared>;
  /** Ids of the traces that were delivered or are being delivered. */
  readonly seen: Set<string>;
  readonly limit: number;
  readonly minWindowUs: number;
  readonly concurrency: number;
  /** Ends all requests. */
  readonly stop: AbortController;
};

/**
 * The spans that Jaeger's query API at `url` has for a query, in batches, each trace once. Problems are told when reading
 * ends, each kind once. Throws a ReadError when Jaeger cannot be asked, or does not know the trace.
 */
export async function* readJaeger(
  url: string,
  query: JaegerQuery,
  onProblem: OnProblem,
  { limit = 1_000, minWindowMs = 1, timeoutMs = 30_000, concurrency = 4, keeps }: JaegerOptions = {},
): AsyncGenerator<Span[]> {
  const stop = new AbortController();
  const tally = createTally();
  const client = createJaegerClient(url, { timeoutMs, signal: stop.signal });
  const seen = new Set<string>();
  const reading: Reading = {
    client,
    tally,
    shared: createShared(keeps),
    seen,
    limit,
    minWindowUs: minWindowMs * 1_000,
    concurrency,
    stop,
  };
  try {
    if ("traceId" in query) yield* readTrace(reading, query.traceId, query.surroundingsMs);
    else yield* readWindow(reading, query);
  } finally {
    stop.abort();
    tally.tell(onProblem);
  }
}

async function* readTrace(
  reading: Reading,
  traceId: string,
  surroundingsMs: number | undefined,
): AsyncGenerator<Span[]> {
  const id = traceIdOf(traceId);
  if (id === undefined) {
    throw new ReadError(
      "HOLDUP_JAEGER_QUERY_INVALID",
      `${JSON.stringify(traceId)} is no trace id: it needs up to 32 hex digits.`,
    );
  }
  let first: bigint | undefined;
  let last: bigint | undefined;
  try {
    for await (const spans of answers(reading, `/api/traces/${id}`)) {
      for (const { startNs, endNs } of spans) {
        if (first === undefined || startNs < first) first = startNs;
        if (last === undefined || endNs > last) last = endNs;
      }
      yield spans;
    }
  } catch (error) {
    if (!(error instanceof JaegerRefusal) || error.status !== 404) throw error;
    // A 404 of something else than Jaeger is told apart by what only Jaeger answers.
    await servicesOf(reading.client);
  }
  if (first === undefined || last === undefined) {
    throw new ReadError(
      "HOLDUP_TRACE_NOT_FOUND",
      `${reading.client.name} has no trace ${traceId}. It may not have arrived yet, or be deleted, or be in another Jaeger.`,
    );
  }
  if (surroundingsMs === undefined) return;
  const startMs = Number(first / 1_000_000n) - surroundingsMs;
  const endMs = Number(last / 1_000_000n) + 1 + surroundingsMs;
  yield* readWindow(reading, { startMs, endMs });
}

async function* readWindow(
  reading: Reading,
  { startMs, endMs, params = {} }: WindowSearch,
): AsyncGenerator<Span[]> {
  if (!(startMs <= endMs)) {
    throw new ReadError(
      "HOLDUP_JAEGER_QUERY_INVALID",
      `The window ends (${endMs}) before it starts (${startMs}).`,
    );
  }
  const startUs = Math.max(0, Math.floor(startMs * 1_000));
  const endUs = Math.ceil(endMs * 1_000);
  const services = await servicesOf(reading.client);
  const searches: Search[] = services.map((service) => ({ service, startUs, endUs, params })).reverse();
  yield* merge(
    () => {
      const search = searches.pop();
      return search && readSearch(reading, search, searches);
    },
    reading.concurrency,
    () => reading.stop.abort(),
  );
}

/** A full answer may lack traces; then both halves of its window are left to be searched. */
async function* readSearch(reading: Reading, search: Search, searches: Search[]): AsyncGenerator<Span[]> {
  const { service, startUs, endUs } = search;
  const { limit, minWindowUs, tally } = reading;
  const params = new URLSearchParams({
    ...search.params,
    service,
    start: String(startUs),
    end: String(endUs),
    limit: String(limit),
  });
  const traces = yield* answers(reading, `/api/traces?${params}`);
  if (traces < limit) return;
  if (endUs - startUs <= minWindowUs) {
    tally.note(
      `Jaeger gives no more than ${limit} traces of a service that start within ${minWindowUs / 1_000} ms. Others are left out.`,
      () => `service ${service}, from ${new Date(startUs / 1_000).toISOString()}`,
    );
    return;
  }
  const middleUs = Math.floor((startUs + endUs) / 2);
  searches.push({ ...search, startUs: middleUs + 1 }, { ...search, endUs: middleUs });
}

/** Spans of an answer's traces that no other answer gave; returns how many traces it has in all. */
async function* answers(
  { client, tally, shared, seen }: Reading,
  path: string,
): AsyncGenerator<Span[], number> {
  const own = new Set<string>();
  const isNew = ({ traceId }: Span) => {
    if (own.has(traceId)) return true;
    if (seen.has(traceId)) return false;
    seen.add(traceId);
    own.add(traceId);
    return true;
  };
  const source = client.name + path;
  const reader = readBytes(client.stream(path), { source, shared, tally });
  try {
    for (;;) {
      const { done, value } = await reader.next();
      if (done) {
        if (value.format === "Jaeger") return value.items;
        throw new ReadError(
          "HOLDUP_JAEGER_FOREIGN",
          `${foreign(client.name)} ${path} gave no traces of Jaeger.`,
        );
      }
      const spans = value.filter(isNew);
      if (spans.length > 0) yield spans;
    }
  } catch (error) {
    throw notJaeger(error, client.name);
  } finally {
    await reader.return({ format: undefined, items: 0 });
  }
}

function notJaeger(error: unknown, base: string): unknown {
  const isForeign = error instanceof ReadError && error.code.startsWith("HOLDUP_INPUT_");
  if (!isForeign) return error;
  return new ReadError("HOLDUP_JAEGER_FOREIGN", `${foreign(base)} ${error.message}`, { cause: error });
}

async function servicesOf(client: JaegerClient): Promise<string[]> {
  const path = "/api/services";
  const answer = await client.get(path).catch((error: unknown) => {
    if (!(error instanceof JaegerRefusal) || error.status !== 404) throw error;
    throw new ReadError("HOLDUP_JAEGER_FOREIGN", `${foreign(client.name)} ${error.message}`, {
      cause: error,
    });
  });
  const data = isFields(answer) ? answer["data"] : undefined;
  if (data === null) return [];
  if (!Array.isArray(data) || !data.every((name) => typeof name === "string")) {
    const got = JSON.stringify(answer).slice(0, 200);
    throw new ReadError(
      "HOLDUP_JAEGER_FOREIGN",
      `${foreign(client.name)} ${path} gave ${got}, which lists no services.`,
    );
  }
  return data;
}
