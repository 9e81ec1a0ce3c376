import { toJaegerTrace } from "../jaeger/translate.ts";
import type { StoredTrace } from "../storage/read.ts";
import { escapeHtml, page } from "./html.ts";

/** A page is no place for a trace of a hundred thousand spans; the JSON has them all. */
const mostRows = 2_000;

/** The page at `/trace/:id`: the spans as a plain table, times in milliseconds. */
export function tracePage(stored: StoredTrace): string {
  const trace = toJaegerTrace(stored);
  const first = trace.spans[0]?.startTime ?? 0;
  const rows = trace.spans.slice(0, mostRows).map((span) => {
    const service = trace.processes[span.processID]?.serviceName ?? "";
    return `<tr><td>${escapeHtml(span.operationName)}</td><td>${escapeHtml(service)}</td><td class="n">${ms(span.startTime - first)}</td><td class="n">${ms(span.duration)}</td></tr>`;
  });
  const left = trace.spans.length - rows.length;
  return page(
    `Trace ${trace.traceID}`,
    `<p><a href="/">Holdup trace store</a></p><h1>Trace <code>${escapeHtml(trace.traceID)}</code></h1>
<p>Spans: ${trace.spans.length}. <a href="/api/traces/${escapeHtml(trace.traceID)}">As JSON</a></p>
<table><thead><tr><th>span</th><th>service</th><th>start, ms</th><th>duration, ms</th></tr></thead><tbody>${rows.join("")}</tbody></table>
${left > 0 ? `<p>${left} more in the JSON.</p>` : ""}`,
  );
}

export function missingTracePage(id: string): string {
  return page(
    "No such trace",
    `<p><a href="/">Holdup trace store</a></p><h1>No such trace</h1><p><code>${escapeHtml(id)}</code> is not stored. It may not have arrived yet, or have been evicted.</p>`,
  );
}

function ms(micros: number): string {
  return (micros / 1_000).toFixed(3);
}
