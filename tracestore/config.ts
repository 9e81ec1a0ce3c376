import { optionalSetting, port, readSettings, setting, text, url, whole } from "../core/settings.ts";

const mebibyte = 1024 * 1024;

/** Every setting of the trace store: variable, check, default, unit, and what it does. */
export const traceSettings = {
  host: setting(
    "HOLDUP_HOST",
    text,
    "127.0.0.1",
    "address",
    "Address to listen on; on loopback only requests for loopback names are answered.",
  ),
  otlpPort: setting(
    "HOLDUP_OTLP_PORT",
    port,
    4318,
    "port",
    "Port that accepts spans by OTLP/HTTP; 0 chooses a free one.",
  ),
  jaegerPort: setting(
    "HOLDUP_JAEGER_PORT",
    port,
    16_686,
    "port",
    "Port of Jaeger's query API; 0 chooses a free one.",
  ),
  consoleUrl: optionalSetting(
    "HOLDUP_CONSOLE_URL",
    url(["http:", "https:"]),
    "URL",
    "Console to which a browser that asks for a page is redirected.",
  ),
  file: setting(
    "HOLDUP_TRACES_FILE",
    text,
    ".holdup/traces.sqlite",
    "path",
    "SQLite file that keeps the spans; created when missing.",
  ),
  maxSpans: setting(
    "HOLDUP_TRACES_MAX_SPANS",
    whole(1000, 100_000_000),
    500_000,
    "spans",
    "Above this the oldest traces are evicted, whole.",
  ),
  maxBodyBytes: setting(
    "HOLDUP_TRACES_MAX_BODY_BYTES",
    whole(1024, 1024 * mebibyte),
    20 * mebibyte,
    "bytes",
    "Largest OTLP request accepted, before and after decompression.",
  ),
} as const;

/** The settings of the trace store, checked and frozen. See `readSettings` for what it throws. */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  return readSettings(traceSettings, env);
}
