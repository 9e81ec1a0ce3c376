import { pino } from "pino";
import { HoldupError } from "../core/errors.ts";
import { readConfig } from "./config.ts";
import { createTraceStore } from "./store.ts";

const log = pino({ base: { service: "tracestore", pid: process.pid } });

/** A signal can arrive before everything is up; then the start finishes first. */
const stopAsked = new Promise<string>((resolve) => {
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => resolve(signal));
});

try {
  const config = readConfig(process.env);
  const store = await createTraceStore({ ...config, log });
  const { otlpPort, jaegerPort } = store;
  log.info({ host: config.host, otlpPort, jaegerPort, ...store.storage.counts() }, "listening");
  // Reports the ports to a supervisor over the IPC channel; without one, send is undefined.
  process.send?.({ listening: jaegerPort, otlpPort });

  const signal = await stopAsked;
  log.info({ signal }, "stopping");
  await store.stop();
  log.info("stopped");
  process.disconnect?.();
} catch (error) {
  // One line for what the user can fix; only unexpected errors have a stack.
  if (error instanceof HoldupError) log.fatal({ code: error.code }, error.message);
  else log.fatal({ err: error }, "The trace store failed");
  process.exitCode = 1;
  process.disconnect?.();
}
