import type { Storage } from "../storage/storage.ts";
import { escapeHtml, page } from "./html.ts";

/** The page at `/` and `/search`: what answers here and how to look at it. */
export function homePage(storage: Storage, otlpPort: number, queryPort: number): string {
  const { spans, traces } = storage.counts();
  const [service = "SERVICE"] = storage.services();
  const name = encodeURIComponent(service);
  const apis: [string, string][] = [
    ["/api/services", "services"],
    [`/api/services/${name}/operations`, "operation names of a service"],
    [`/api/operations?service=${name}&spanKind=`, "operations with their kinds"],
    [`/api/traces?service=${name}&lookback=1h&limit=20`, "search: operation, tag, tags, minDuration, ..."],
    ["/api/dependencies", "which service calls which"],
    ["/api/v3/services", "services, third version of the API"],
    ["/api/holdup/stats", "what the store holds"],
    ["/healthz", "the process is alive"],
    ["/readyz", "the database answers"],
  ];
  const rows = apis.map(
    ([path, what]) =>
      `<tr><td><a href="${escapeHtml(path)}"><code>${escapeHtml(path)}</code></a></td><td>${escapeHtml(what)}</td></tr>`,
  );
  return page(
    "Holdup trace store",
    `<h1>Holdup trace store</h1>
<p>${spans} spans in ${traces} traces. Spans come in by OTLP/HTTP on port ${otlpPort} (<code>/v1/traces</code>);
this port answers Jaeger's query API. There is no search page here.</p>
<table><thead><tr><th>path</th><th>what</th></tr></thead><tbody>${rows.join("")}</tbody></table>
<p>One trace: <code>/api/traces/TRACE-ID</code> as JSON, <code>/trace/TRACE-ID</code> as a table.</p>
<h2>A user interface in front</h2>
<p><b>Jaeger UI</b>: run its development server from github.com/jaegertracing/jaeger-ui; its proxy expects the API on
<code>localhost:16686</code>${queryPort === 16_686 ? "" : ` (this store is on ${queryPort})`}.</p>
<p><b>Grafana</b>: add a data source of type Jaeger with the URL <code>http://localhost:${queryPort}</code>.</p>`,
  );
}
