import type { ServiceName } from "../shared/pipeline/stages.ts";
import type { Status } from "./embedded/lab-status.ts";
import type { LogSource } from "./logs/log-source.ts";
import type { Env } from "./settings/lab-config.ts";
import type { Reading } from "./usage/reading.ts";

export type LabAddress = {
  readonly apiUrl: string;
  /** Jaeger's query API. */
  readonly jaegerUrl: string;
  readonly redisUrl: string;
  /** Undefined where no console listens. */
  readonly consoleUrl: string | undefined;
};

type Say = (line: string) => void;

/**
 * A lab as the commands drive it: local processes under a supervisor, or the containers of Compose. What needs a running one
 * throws HoldupError HOLDUP_LAB_NOT_RUNNING when there is none.
 */
export type Lab = {
  /** Whether all of it was up once, and is looked after still. */
  isUp(): Promise<boolean>;
  /** Where it is, or would be by the settings while it does not run. */
  address(): Promise<LabAddress>;
  /** Starts it unless it runs, and prints where it is. False when it ran already. */
  start(options: { env: Env; replicas?: string | undefined; signal: AbortSignal }): Promise<boolean>;
  /** Waits until it is stopped, here by Ctrl-C or elsewhere by `./holdup stop`. */
  stay(env: Env): Promise<void>;
  /** Stops it and prints so; `clean` removes its data as well. */
  stop(options: { clean: boolean }): Promise<void>;
  /** Undefined when there is no lab. */
  status(): Promise<Status | undefined>;
  /** How many partitions each topic has, as far as is known. */
  partitionsOf(): Promise<Readonly<Record<string, number>>>;
  scale(service: ServiceName, replicas: number, say: Say): Promise<void>;
  /** One replica after the other. `service` may also be one of `others`. */
  restart(service: string, say: Say): Promise<void>;
  /** What can be restarted beside the services. */
  readonly others: readonly string[];
  /** @throws HoldupError HOLDUP_USAGE that lists the names, when `name` is none */
  logs(name: string | undefined): Promise<LogSource>;
  /** What each process or container has used so far, and uses now. */
  readings(): Promise<readonly Reading[]>;
};
