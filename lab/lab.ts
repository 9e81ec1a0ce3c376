import type { ServiceName } from "../shared/pipeline/stages.ts";
import type { LogSource } from "./logs/log-entry.ts";
import type { Replicas } from "./settings/replicas.ts";
import type { Status } from "./status/status.ts";
import type { Reading } from "./usage/samples.ts";

/** Addresses of a lab, for clients. */
export type LabAddress = {
  readonly apiUrl: string;
  /** Jaeger's query API. */
  readonly jaegerUrl: string;
  readonly redisUrl: string;
  /** Undefined while no console listens. */
  readonly consoleUrl: string | undefined;
};

/** What listens in a running lab; undefined where nothing does. */
export type Endpoints = {
  readonly consoleUrl: string | undefined;
  readonly apiUrl: string | undefined;
  readonly jaegerUrl: string | undefined;
  readonly brokers: readonly string[];
  readonly redisUrl: string;
};

export type Started = {
  /** False when the lab was running before. */
  readonly isNew: boolean;
  /** Such as `The lab is ready after 12.3 s.` */
  readonly summary: string;
  readonly endpoints: Endpoints;
  /** Names of the settings that differ from those of the running lab. */
  readonly changedSettings: readonly string[];
};

type Say = (line: string) => void;

/**
 * A lab as the commands see it: local processes with a supervisor, or the containers of Compose. Methods that need a running
 * lab throw HoldupError HOLDUP_LAB_NOT_RUNNING without one.
 */
export type Lab = {
  readonly kind: "embedded" | "compose";
  /** Whether everything was up once, and is still supervised. */
  isUp(): Promise<boolean>;
  /** Its addresses; while it does not run, those of the settings. */
  address(): Promise<LabAddress>;
  /** Starts it unless it runs. @throws HoldupError when it cannot start; what was started has been ended then */
  start(options: { replicas: Replicas; signal: AbortSignal }): Promise<Started>;
  /** Waits until the lab is stopped, by `./holdup stop` or, on Ctrl-C, by this call. */
  waitUntilStopped(): Promise<void>;
  /** Stops it and prints that; `clean` also removes its data. */
  stop(options: { clean: boolean }): Promise<void>;
  /** Undefined when there is no lab. */
  status(): Promise<Status | undefined>;
  /** Partitions of each topic; empty while they are unknown. */
  partitionsOf(): Promise<Readonly<Record<string, number>>>;
  scale(service: ServiceName, replicas: number, say: Say): Promise<void>;
  /** Restarts a service, one replica after the other, or one of `infraNames`. */
  restart(name: string, say: Say): Promise<void>;
  /** @throws HoldupError HOLDUP_USAGE that lists the names, when `name` does not exist */
  logs(name: string | undefined): Promise<LogSource>;
  /** Resources used by each process or container until now. */
  readings(): Promise<readonly Reading[]>;
};
