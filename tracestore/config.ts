import { z } from "zod";
import { HoldupError } from "../core/errors.ts";

const mebibyte = 1024 * 1024;

function whole(min: number, max: number): z.ZodType<number, string> {
  const says = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .trim()
    .regex(/^\d{1,15}$/, says)
    .transform(Number)
    .refine((number) => number >= min && number <= max, says);
}

const port = whole(0, 65_535);
const text = z.string().trim().min(1, "text that is not empty");

/** Every knob of the trace store. An empty variable counts as unset. */
export const configSchema = z.object({
  HOLDUP_HOST: text
    .default("127.0.0.1")
    .describe("Address to listen on; on loopback only requests for loopback names are answered.")
    .meta({ unit: "address" }),
  HOLDUP_OTLP_PORT: port
    .prefault("4318")
    .describe("Takes spans by OTLP/HTTP; 0 takes a free port.")
    .meta({ unit: "port" }),
  HOLDUP_JAEGER_PORT: port
    .prefault("16686")
    .describe("Answers Jaeger's query API; 0 takes a free port.")
    .meta({ unit: "port" }),
  HOLDUP_CONSOLE_URL: z
    .string()
    .trim()
    .refine(
      (value) => /^https?:/.test(value) && URL.canParse(value),
      "a URL that starts with http: or https:",
    )
    .optional()
    .describe("Console that people are led to who look for pages here.")
    .meta({ unit: "URL" }),
  HOLDUP_TRACES_FILE: text
    .default(".holdup/traces.sqlite")
    .describe("SQLite file that keeps the spans; made when missing.")
    .meta({ unit: "path" }),
  HOLDUP_TRACES_MAX_SPANS: whole(1_000, 100_000_000)
    .prefault("500000")
    .describe("Beyond this the oldest traces are evicted, whole.")
    .meta({ unit: "spans" }),
  HOLDUP_TRACES_MAX_BODY_BYTES: whole(1_024, 1_024 * mebibyte)
    .prefault(String(20 * mebibyte))
    .describe("Largest OTLP request taken, before and after decompression.")
    .meta({ unit: "bytes" }),
});

export type Config = z.output<typeof configSchema>;

/** Reads the configuration; throws one HOLDUP_CONFIG_INVALID that names every bad variable. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Readonly<Config> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = configSchema.safeParse(set);
  if (parsed.success) return Object.freeze(parsed.data);
  const wrong = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name}=${JSON.stringify(set[name])}: expected ${issue.message}`;
  });
  throw new HoldupError(
    "HOLDUP_CONFIG_INVALID",
    `The trace store cannot start with these variables:\n  ${wrong.join("\n  ")}`,
  );
}
