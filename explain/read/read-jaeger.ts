import { createProblemCounter, type OnProblem, type ProblemCounter } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { ReadError } from "./errors.ts";
import { isFields } from "./formats/format.ts";
import { traceIdOf } from "./formats/ids.ts";
import { createInterner } from "./formats/interner.ts";
import { foreign } from "./jaeger-address.ts";
import { createJaegerClient, type JaegerClient, JaegerRefusal } from "./jaeger-client.ts";
import { merge } from "./merge.ts";
import { readBytes } from "./read-bytes.ts";

/** Milliseconds since the Unix epoch, both included. */
export type TimeWindow = { readonly startMs: number; readonly endMs: number };

/** `params` are further search parameters of Jaeger, such as `minDuration`. */
export type WindowSearch = TimeWindow & { readonly params?: Readonly<Record<string, string>> };

/**
 * Either all traces with a span that starts in a window; or one trace, and with `surroundingsMs` also all others from that
 * long before its first span until that long after its last.
 */
export type JaegerQuery =
  | WindowSearch
  | { readonly traceId: string; readonly surroundingsMs?: number | undefined };

export type JaegerOptions = {
  /** Traces per request; when a response has this many, both halves of its window are requested again. */
  readonly limit?: number;
  /** Windows this short are not halved. */
  readonly minWindowMs?: number;
  /** Longest time without data from Jaeger. */
  readonly timeoutMs?: number;
  /** Requests at a time. */
  readonly concurrency?: number;
  /** Which attributes to keep, by name. Default: those that explain reads. */
  readonly keeps?: (attribute: string) => boolean;
};

/** Times in microseconds, as in Jaeger. */
type Search = {
  readonly service: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly params: Readonly<Record<string, string>>;
};

type Reading = {
  readonly client: JaegerClient;
  readonly problems: ProblemCounter;
  readonly interner: ReturnType<typeof createInterner>;
  /** Ids of the traces that were or are being yielded. */
  readonly seen: Set<string>;
  readonly limit: number;
  readonly minWindowUs: number;
  readonly concurrency: number;
  /** Ends all requests. */
  readonly stop: AbortController;
};

/**
 * Reads the spans for a query from Jaeger's query API at `url`, in batches, each trace once. Each kind of problem is reported
 * once, when reading ends. Throws a ReadError when Jaeger cannot be reached or does not know the trace.
 */
export async function* readJaeger(
  url: string,
  query: JaegerQuery,
  onProblem: OnProblem,
  { limit = 1_000, minWindowMs = 1, timeoutMs = 30_000, concurrency = 4, keeps }: JaegerOptions = {},
): AsyncGenerator<Span[]> {
  const stop = new AbortController();
  const problems = createProblemCounter();
  const client = createJaegerClient(url, { timeoutMs, signal: stop.signal });
  const seen = new Set<string>();
  const reading: Reading = {
    client,
    problems,
    interner: createInterner(keeps),
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
    problems.report(onProblem);
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
      `${JSON.stringify(traceId)} is not a trace id: it needs up to 32 hex digits.`,
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
    // Something other than Jaeger may return 404 too; only Jaeger lists services.
    await servicesOf(reading.client);
  }
  if (first === undefined || last === undefined) {
    throw new ReadError(
      "HOLDUP_TRACE_NOT_FOUND",
      `${reading.client.name} has no trace ${traceId}. It may not have arrived yet, may have been deleted, or may be in another Jaeger.`,
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

/** Searches a window. A full response may lack traces, so both halves of its window are added to `searches`. */
async function* readSearch(reading: Reading, search: Search, searches: Search[]): AsyncGenerator<Span[]> {
  const { service, startUs, endUs } = search;
  const { limit, minWindowUs, problems } = reading;
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
    problems.add(
      `Jaeger returns at most ${limit} traces of a service that start within ${minWindowUs / 1_000} ms. Others are missing.`,
      () => `service ${service}, from ${new Date(startUs / 1_000).toISOString()}`,
    );
    return;
  }
  const middleUs = Math.floor((startUs + endUs) / 2);
  searches.push({ ...search, startUs: middleUs + 1 }, { ...search, endUs: middleUs });
}

/** Yields the spans of a response's traces that no other response had; returns how many traces it has in total. */
async function* answers(
  { client, problems, interner, seen }: Reading,
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
  const reader = readBytes(client.stream(path), { source, interner, problems });
  try {
    for (;;) {
      const { done, value } = await reader.next();
      if (done) {
        if (value.format === "Jaeger") return value.items;
        throw new ReadError(
          "HOLDUP_JAEGER_FOREIGN",
          `${foreign(client.name)} ${path} returned no Jaeger traces.`,
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
      `${foreign(client.name)} ${path} returned ${got}, which lists no services.`,
    );
  }
  return data;
}
