import { createKafka } from "../../shared/kafka/client.ts";
import { createLogger } from "../../shared/telemetry/log.ts";
import { type LiveState, liveState } from "../status/is-ready.ts";
import { isRunning } from "../system/process/identity.ts";
import { measureContainer } from "../usage/container-usage.ts";
import { measureUsage } from "../usage/process-usage.ts";
import { lookAtQueues, type Queues } from "../usage/status.ts";
import { apiUrl, consoleUrl } from "./start/summary.ts";
import type { LabFile, ProcessEntry } from "./state/lab-file.ts";

export type ProcessStatus = {
  readonly name: string;
  readonly kind: ProcessEntry["kind"] | "supervisor";
  readonly state: LiveState;
  readonly pid: number | undefined;
  readonly uptimeMs: number | undefined;
  readonly restarts: number;
  readonly lastExit: string | undefined;
  readonly residentBytes: number | undefined;
  readonly cpuPercent: number | undefined;
  readonly port: number | undefined;
  /** Where it really runs: memory and CPU are the container's, the pid is that of its `docker run`. */
  readonly container: string | undefined;
};

export type Status = {
  readonly way: "embedded" | "compose";
  readonly isSupervised: boolean;
  readonly isReady: boolean;
  readonly apiUrl: string | undefined;
  readonly consoleUrl: string | undefined;
  readonly jaegerUrl: string;
  readonly brokers: readonly string[];
  readonly processes: readonly ProcessStatus[];
} & Queues;

function supervisorEntry(lab: LabFile): Omit<ProcessStatus, "residentBytes" | "cpuPercent"> {
  const runs = isRunning(lab.supervisor);
  return {
    name: "supervisor",
    kind: "supervisor",
    state: runs ? "ready" : "gone",
    pid: runs ? lab.supervisor.pid : undefined,
    uptimeMs: runs ? Date.now() - lab.startedMs : undefined,
    restarts: 0,
    lastExit: undefined,
    port: lab.supervisor.port,
    container: undefined,
  };
}

/** Looks at every process itself, so that what it says holds whether or not the supervisor is alive. */
export async function look(lab: LabFile): Promise<Status> {
  const log = createLogger({ service: "lab", instance: "lab", level: "silent" });
  const kafka = createKafka({ brokers: lab.brokers, clientId: "lab-status", log });
  const pids = [lab.supervisor, ...lab.processes.flatMap(({ running }) => (running ? [running] : []))]
    .filter(isRunning)
    .map(({ pid }) => pid);
  const queues = lookAtQueues(kafka);
  const states = Promise.all(lab.processes.map((entry) => liveState(entry, lab, kafka)));
  const containers = Promise.all(
    lab.processes.map(({ container }) => (container ? measureContainer(container) : undefined)),
  );
  const [usage, ofContainer, state, { lag, deadLetters, kafkaError }] = await Promise.all([
    measureUsage(pids),
    containers,
    states,
    queues,
  ]);
  const rows = lab.processes.map((entry, index) => {
    const live = state[index] ?? "gone";
    const running = live === "gone" ? undefined : entry.running;
    return {
      name: entry.name,
      kind: entry.kind,
      state: live,
      pid: running?.pid,
      uptimeMs: running ? Date.now() - running.sinceMs : undefined,
      restarts: entry.restarts,
      lastExit: entry.lastExit,
      port: entry.port,
      container: entry.container,
    };
  });
  const processes = [supervisorEntry(lab), ...rows].map((row, index) => {
    const ofProcess = row.pid === undefined ? undefined : usage.get(row.pid);
    const measured = row.container === undefined ? ofProcess : ofContainer[index - 1];
    return { ...row, residentBytes: measured?.residentBytes, cpuPercent: measured?.cpuPercent };
  });
  return {
    way: "embedded",
    isSupervised: isRunning(lab.supervisor),
    isReady: rows.every((row) => row.state === "ready"),
    apiUrl: apiUrl(lab),
    consoleUrl: consoleUrl(lab),
    jaegerUrl: lab.jaegerUrl,
    brokers: lab.brokers,
    processes,
    lag,
    deadLetters,
    kafkaError,
  };
}
