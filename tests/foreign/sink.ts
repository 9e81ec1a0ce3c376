import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { decodeProtobuf } from "../../tracestore/otlp/decode-protobuf.ts";
import { decodeResource, decodeScope, decodeSpan } from "../../tracestore/otlp/decode-span.ts";
import type { ResourceSpans } from "../../tracestore/otlp/model.ts";

export type Sink = {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT must be. */
  readonly url: string;
  /** What was received, one request a line, as the Collector's file exporter writes it. */
  lines(): readonly string[];
  stop(): Promise<void>;
};

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}

function toResourceSpans(body: Uint8Array): ResourceSpans[] {
  const all: { bytes: Uint8Array; spans: ResourceSpans }[] = [];
  for (const { resource, scope, spans } of decodeProtobuf(body).groups) {
    const scopeSpans = { scope: decodeScope(scope), spans: spans.map((span) => decodeSpan(span.body)) };
    const last = all.at(-1);
    // The groups of one resource share its bytes.
    if (last?.bytes === resource) last.spans.scopeSpans.push(scopeSpans);
    else
      all.push({ bytes: resource, spans: { resource: decodeResource(resource), scopeSpans: [scopeSpans] } });
  }
  return all.map(({ spans }) => spans);
}

function isDefault(value: unknown): boolean {
  return value === "" || value === 0 || (Array.isArray(value) && value.length === 0);
}

/** The Collector leaves out fields with their default; inside a value they are its content. */
function toLine(resourceSpans: readonly ResourceSpans[]): string {
  return JSON.stringify({ resourceSpans }, (key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    if (key === "value" || /Value$/.test(key)) return value;
    return Object.fromEntries(
      Object.entries(value).filter(([name, each]) => /Value$/.test(name) || !isDefault(each)),
    );
  });
}

/** Receives spans over OTLP/HTTP as protobuf, on a free port of the loopback interface. */
export async function startSink(): Promise<Sink> {
  const lines: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request).catch(() => undefined);
    if (request.url !== "/v1/traces" || body === undefined) {
      response.writeHead(404).end();
      return;
    }
    try {
      lines.push(toLine(toResourceSpans(body)));
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    } catch (thrown) {
      response.writeHead(400).end(String(thrown));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the sink has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    lines: () => lines,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
