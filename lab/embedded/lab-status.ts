import { pingKafka } from "../../shared/kafka/admin.ts";
import type { Kafka } from "../../shared/kafka/client.ts";
import type { LabFile, ProcessEntry } from "../state/lab-file.ts";
import { endpointsOf } from "../state/running-lab.ts";
import { type LiveState, type ProcessStatus, quietKafka, readQueues, type Status } from "../status/status.ts";
import { answersOk, reachableHost } from "../system/ports/probe.ts";
import { isRunning } from "../system/process/identity.ts";
import { type Reading, sampleOnce } from "../usage/samples.ts";
import { redisAnswers } from "./infra/redis.ts";

function isReady(entry: ProcessEntry, lab: LabFile, kafka: Kafka): Promise<boolean> {
  if (entry.kind === "kafka") {
    return pingKafka(kafka).then(
      () => true,
      () => false,
    );
  }
  if (entry.kind === "redis") return redisAnswers(lab.redisUrl);
  const path = entry.kind === "trace-store" ? "/api/services" : "/readyz";
  return answersOk(`http://${reachableHost(lab.host)}:${entry.port}${path}`);
}

async function liveState(entry: ProcessEntry, lab: LabFile, kafka: Kafka): Promise<LiveState> {
  if (!entry.running) return entry.state === "ready" || entry.state === "starting" ? "gone" : entry.state;
  if (!isRunning(entry.running)) return "gone";
  if (entry.port !== undefined && (await isReady(entry, lab, kafka))) return "ready";
  return entry.state === "starting" ? "starting" : "not ready";
}

type Row = Omit<ProcessStatus, "residentBytes" | "cpuPercent">;

function supervisorRow(lab: LabFile): Row {
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

async function processRow(entry: ProcessEntry, lab: LabFile, kafka: Kafka): Promise<Row> {
  const state = await liveState(entry, lab, kafka);
  const running = state === "gone" ? undefined : entry.running;
  const { name, kind, restarts, lastExit, port, container } = entry;
  return {
    name,
    kind,
    state,
    pid: running?.pid,
    uptimeMs: running ? Date.now() - running.sinceMs : undefined,
    restarts,
    lastExit,
    port,
    container,
  };
}

/** Checks every process itself, so that the result is right with or without a supervisor. `read`: readings of all processes. */
export async function readStatus(lab: LabFile, read: () => Promise<readonly Reading[]>): Promise<Status> {
  const kafka = quietKafka(lab.brokers);
  const [samples, rows, queues] = await Promise.all([
    sampleOnce(read),
    Promise.all(lab.processes.map((entry) => processRow(entry, lab, kafka))),
    readQueues(kafka),
  ]);
  const { apiUrl, consoleUrl, jaegerUrl, brokers } = endpointsOf(lab);
  return {
    way: "embedded",
    isSupervised: isRunning(lab.supervisor),
    isReady: rows.every((row) => row.state === "ready"),
    apiUrl,
    consoleUrl,
    jaegerUrl,
    brokers,
    processes: [supervisorRow(lab), ...rows].map((row) => {
      const sample = row.pid === undefined ? undefined : samples.get(row.name);
      return { ...row, residentBytes: sample?.memoryBytes, cpuPercent: sample?.cpuPercent };
    }),
    ...queues,
  };
}
