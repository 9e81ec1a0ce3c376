import { availableParallelism, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { number, port, readSettings, type Setting, setting, text, url, whole } from "../core/settings.ts";
import { byService, type ServiceName } from "./pipeline/stages.ts";
import { intensities, type Profile } from "./pipeline/workload-names.ts";

const brokers = text
  .transform((value) => value.split(",").map((broker) => broker.trim()))
  .refine(
    (list) => list.every((broker) => /^[^\s:/]+:\d{1,5}$/.test(broker)),
    "host:port, several separated by commas",
  );

const profileForm = `CPU:I/O:intensities, such as 70:30:medium,heavy (intensities: ${intensities.join(", ")})`;
const profile: z.ZodType<Profile, string> = z
  .string()
  .trim()
  .regex(/^\d+:\d+:[a-z]+(,[a-z]+)*$/, profileForm)
  .transform((value) => {
    const [cpu = "0", io = "0", names = ""] = value.split(":");
    return { cpu: Number(cpu), io: Number(io), intensities: names.split(",") };
  })
  .pipe(
    z.object({
      cpu: z.number(),
      io: z.number(),
      intensities: z.array(z.enum(intensities, profileForm)),
    }),
  )
  .refine((p) => p.cpu + p.io > 0, "at least one of CPU and I/O above 0");

const knobs = {
  kafkaBrokers: setting(
    "HOLDUP_KAFKA_BROKERS",
    brokers,
    "127.0.0.1:29092",
    "host:port",
    "Brokers to use; when set, `./holdup start` starts no Kafka of its own.",
  ),
  redisUrl: setting(
    "HOLDUP_REDIS_URL",
    url(["redis:", "rediss:"]),
    "redis://127.0.0.1:6379",
    "URL",
    "Redis to use; when set, `./holdup start` starts no Redis of its own.",
  ),
  otlpEndpoint: setting(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    url(["http:", "https:"]),
    "http://127.0.0.1:4318",
    "URL",
    "Where spans are sent (OTLP over HTTP); when set, `./holdup start` starts no trace store.",
  ),
  jaegerUrl: setting(
    "HOLDUP_JAEGER_URL",
    url(["http:", "https:"]),
    "http://127.0.0.1:16686",
    "URL",
    "Where traces are read (Jaeger's query API); links in answers point there.",
  ),
  host: setting("HOLDUP_HOST", text, "127.0.0.1", "address", "Address that every service listens on."),
  apiPort: setting("HOLDUP_API_PORT", port, 8080, "port", "Port of the order API."),
  healthPort: setting(
    "HOLDUP_HEALTH_PORT",
    port,
    0,
    "port",
    "Port of /healthz and /readyz of a consuming service; 0 chooses a free one.",
  ),
  consolePort: setting("HOLDUP_CONSOLE_PORT", port, 8090, "port", "Port of the console."),
  consoleUrl: setting(
    "HOLDUP_CONSOLE_URL",
    url(["http:", "https:"]),
    "http://127.0.0.1:8090",
    "URL",
    "Where a browser finds the console. The console answers to this host name, and the trace store's pages link there.",
  ),
  jaegerLinkUrl: setting(
    "HOLDUP_JAEGER_LINK_URL",
    url(["http:", "https:"]),
    "http://127.0.0.1:16686",
    "URL",
    "Where a browser finds Jaeger, for the console's links; `./holdup start` sets it.",
  ),
  apiUrl: setting(
    "HOLDUP_API_URL",
    url(["http:", "https:"]),
    "http://127.0.0.1:8080",
    "URL",
    "Order API that the console sends orders to; `./holdup start` sets it.",
  ),
  partitions: setting(
    "HOLDUP_PARTITIONS",
    whole(1, 1000),
    3,
    "partitions",
    "Partitions of each new topic; at most this many replicas of a service can share its work.",
  ),
  orderKey: setting(
    "HOLDUP_ORDER_KEY",
    z.enum(["item", "order"], "item or order"),
    "item",
    "name",
    "Key of a message: `item` keeps the orders of one item in order, `order` spreads them.",
  ),
  concurrentPartitions: setting(
    "HOLDUP_CONCURRENT_PARTITIONS",
    whole(1, 1000),
    1,
    "partitions",
    "Partitions that one consumer handles at a time; at 1 its partitions hold up one another.",
  ),
  sessionTimeoutMs: setting(
    "HOLDUP_SESSION_TIMEOUT_MS",
    whole(6000, 1_800_000),
    10_000,
    "ms",
    "Time without a heartbeat after which Kafka assigns a consumer's partitions to others.",
  ),
  maxAttempts: setting(
    "HOLDUP_MAX_ATTEMPTS",
    whole(1, 100),
    5,
    "attempts",
    "Failed attempts, with all dependencies up, before a message goes to the dead-letter topic.",
  ),
  retryDelayMs: setting(
    "HOLDUP_RETRY_DELAY_MS",
    whole(10, 60_000),
    250,
    "ms",
    "Pause before the second attempt at a message; doubles with each further attempt, up to 5 s.",
  ),
  scale: setting(
    "HOLDUP_WORKLOAD_SCALE",
    number(0.0001, 100),
    1,
    "factor",
    "Multiplies the size of every operation: 0.1 does a tenth of the work.",
  ),
  threads: setting(
    "HOLDUP_WORKER_THREADS",
    whole(1, 256),
    Math.max(2, availableParallelism()),
    "threads",
    "Worker threads of each service; heavy and severe CPU operations spread over all of them.",
  ),
  workerHeapMb: setting(
    "HOLDUP_WORKER_HEAP_MB",
    whole(16, 16_384),
    256,
    "MiB",
    "Heap of a worker thread; a thread that needs more dies, and only its operation fails.",
  ),
  maxQueue: setting(
    "HOLDUP_MAX_QUEUE",
    whole(1, 1_000_000),
    10_000,
    "operations",
    "Operations that may wait for a worker thread; beyond it the API answers 503.",
  ),
  workDir: setting(
    "HOLDUP_WORK_DIR",
    text,
    join(tmpdir(), "holdup-work"),
    "folder",
    "Where I/O operations write their files, which are removed afterwards.",
  ),
  sampleIntervalMs: setting(
    "HOLDUP_SAMPLE_INTERVAL_MS",
    whole(10, 10_000),
    100,
    "ms",
    "Time between two samples of CPU and memory while an operation runs.",
  ),
  cpuThreshold: setting(
    "HOLDUP_CPU_THRESHOLD",
    number(0, 100_000),
    70,
    "% of a core",
    "Average CPU at which a span gets `resource.cpu_bound`.",
  ),
  memoryThresholdMb: setting(
    "HOLDUP_MEMORY_THRESHOLD_MB",
    number(0, 1_000_000),
    100,
    "MiB",
    "Growth of resident memory during an operation above which its span gets `resource.memory_threshold_exceeded`.",
  ),
  waitSpanMinMs: setting(
    "HOLDUP_WAIT_SPAN_MIN_MS",
    whole(0, 60_000),
    5,
    "ms",
    "Shortest wait for a consumer that gets a `wait` span, which names what the message waited behind.",
  ),
  orderTtlS: setting(
    "HOLDUP_ORDER_TTL_S",
    whole(3600, 31_536_000),
    86_400,
    "s",
    "How long Redis keeps which stages of an order are done.",
  ),
  instance: setting(
    "HOLDUP_INSTANCE",
    text,
    `${hostname()}-${process.pid}`,
    "name",
    "Name of this process in logs and spans, and its Kafka client id; `./holdup start` sets it.",
  ),
  restarts: setting(
    "HOLDUP_RESTARTS",
    whole(0, 1_000_000_000),
    0,
    "restarts",
    "Restarts of this process after crashes, for its report; `./holdup start` sets it.",
  ),
  logLevel: setting(
    "HOLDUP_LOG_LEVEL",
    z.enum(["trace", "debug", "info", "warn", "error"], "trace, debug, info, warn or error"),
    "info",
    "level",
    "Lowest level of the log lines that are written.",
  ),
} as const satisfies Record<string, Setting<unknown>>;

/** What each service draws its work from, by the service's name. */
const profiles = byService(({ name, service, profile: initial }) =>
  setting(
    `HOLDUP_PROFILE_${name.toUpperCase()}`,
    profile,
    initial,
    "profile",
    `What ${service} draws its work from.`,
  ),
);

/** Every setting of the services: variable, check, default, unit, and what it does to the pipeline. */
export const settings = { ...knobs, ...profiles };

export type Config = { readonly [K in keyof typeof knobs]: z.output<(typeof knobs)[K]["schema"]> } & {
  readonly profiles: Readonly<Record<ServiceName, Profile>>;
};

/** The settings of a service, checked and frozen. See `readSettings` for what it throws. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = readSettings(settings, env);
  return Object.freeze({ ...read, profiles: byService(({ service }) => read[service]) });
}
