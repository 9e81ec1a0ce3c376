import type { Logger } from "pino";
import { createHostCheck } from "./http/hosts.ts";
import { type Listener, startListener } from "./http/listener.ts";
import { pageRoutes } from "./http/page-routes.ts";
import { jaegerRoutes } from "./jaeger/api.ts";
import { jaegerV3Routes } from "./jaeger/api-v3.ts";
import { createQueryHandler } from "./jaeger/handler.ts";
import { createBodyReader } from "./otlp/body.ts";
import { createOtlpHandler } from "./otlp/handler.ts";
import { createStorage, type Storage } from "./storage/storage.ts";

export type TraceStoreOptions = {
  readonly host: string;
  /** 0 chooses a free port, here and below. */
  readonly otlpPort: number;
  readonly jaegerPort: number;
  readonly file: string;
  readonly maxSpans: number;
  readonly maxBodyBytes: number;
  /** Console to which requests for pages are redirected. */
  readonly consoleUrl?: string | undefined;
  readonly log: Logger;
};

export type TraceStore = {
  readonly otlpPort: number;
  readonly jaegerPort: number;
  readonly storage: Storage;
  /** Finishes running requests, moves the write-ahead log into the file, and closes it. */
  readonly stop: () => Promise<void>;
};

/**
 * The embedded trace backend: OTLP/HTTP in, Jaeger's query API out, SQLite between. Throws HOLDUP_TRACES_FILE_* and
 * HOLDUP_PORT_TAKEN after closing what it had opened.
 */
export async function createTraceStore(options: TraceStoreOptions): Promise<TraceStore> {
  const { host, log } = options;
  const isServedHost = createHostCheck(host);
  const storage = createStorage({ file: options.file, maxSpans: options.maxSpans });
  const listeners: Listener[] = [];
  async function stop(): Promise<void> {
    await Promise.all(listeners.map((listener) => listener.stop()));
    storage.close();
  }
  try {
    const query = await startListener({
      host,
      port: options.jaegerPort,
      purpose: "Jaeger's query API",
      variable: "HOLDUP_JAEGER_PORT",
      handler: createQueryHandler({
        routes: [
          ...jaegerV3Routes(storage),
          ...jaegerRoutes(storage),
          ...pageRoutes(storage, options.consoleUrl),
        ],
        isServedHost,
        log,
      }),
    });
    listeners.push(query);
    const otlp = await startListener({
      host,
      port: options.otlpPort,
      purpose: "OTLP/HTTP",
      variable: "HOLDUP_OTLP_PORT",
      handler: createOtlpHandler({
        ingest: (request) => storage.write(request.groups),
        readBody: createBodyReader(options.maxBodyBytes),
        isServedHost,
        log,
      }),
    });
    listeners.push(otlp);
    return { otlpPort: otlp.port, jaegerPort: query.port, storage, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
