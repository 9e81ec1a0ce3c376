import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import type { Span } from "../../../explain/span.ts";
import { listen } from "../../../shared/http/server.ts";
import { jaegerTrace, usOf } from "./jaeger-json.fixture.ts";

/** Replaces Jaeger's query API in a test: one service, whose traces are found by the starts of their spans. */
export async function startStubJaeger() {
  let spans: readonly Span[] = [];
  let isAway = false;
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (isAway) {
      response.statusCode = 500;
      return response.end();
    }
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://jaeger");
    if (pathname === "/api/services") return response.end(`{"data":["api-service"]}`);
    const paramUs = (name: string, fallback: number) => Number(searchParams.get(name) ?? fallback);
    const [fromUs, toUs] = [paramUs("start", 0), paramUs("end", Number.POSITIVE_INFINITY)];
    const minMs = Number.parseInt(searchParams.get("minDuration") ?? "0", 10);
    const [, traceId] = /^\/api\/traces\/(.+)$/.exec(pathname) ?? [];
    const matches = (span: Span) =>
      traceId === undefined
        ? usOf(span.startNs) >= fromUs &&
          usOf(span.startNs) <= toUs &&
          usOf(span.endNs - span.startNs) >= minMs * 1000
        : span.traceId === traceId;
    const found = [...Map.groupBy(spans, (span) => span.traceId).values()]
      .filter((trace) => trace.some(matches))
      .sort((a, b) => usOf(b[0]?.startNs ?? 0n) - usOf(a[0]?.startNs ?? 0n))
      .slice(0, paramUs("limit", 1000));
    return response.end(JSON.stringify({ data: found.map(jaegerTrace) }));
  });
  const port = await listen(server, 0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${port}`,
    /** Sets its spans. */
    has(all: readonly Span[]): void {
      spans = all;
    },
    /** While it is away, every request is answered with an error. */
    isAway(away: boolean): void {
      isAway = away;
    },
  };
}
