import { pingKafka } from "../../shared/kafka/admin.ts";
import type { Kafka } from "../../shared/kafka/client.ts";
import { redisAnswers } from "../embedded/infra/redis.ts";
import type { LabFile, ProcessEntry } from "../embedded/state/lab-file.ts";
import { answersOk, reachable } from "../system/ports/probe.ts";
import { isRunning } from "../system/process/identity.ts";

/** As `status` shows it: what the list on disk says, corrected by what the process answers right now. */
export type LiveState = "ready" | "not ready" | "starting" | "pausing" | "stopped" | "gone";

function ask(entry: ProcessEntry, lab: LabFile, kafka: Kafka): Promise<boolean> {
  if (entry.kind === "kafka") {
    return pingKafka(kafka).then(
      () => true,
      () => false,
    );
  }
  if (entry.kind === "redis") return redisAnswers(lab.redisUrl);
  if (entry.kind === "trace-store")
    return answersOk(`http://${reachable(lab.host)}:${entry.port}/api/services`);
  return answersOk(`http://${reachable(lab.host)}:${entry.port}/readyz`);
}

export async function liveState(entry: ProcessEntry, lab: LabFile, kafka: Kafka): Promise<LiveState> {
  if (!entry.running) return entry.state === "ready" || entry.state === "starting" ? "gone" : entry.state;
  if (!isRunning(entry.running)) return "gone";
  if (entry.port !== undefined && (await ask(entry, lab, kafka))) return "ready";
  return entry.state === "starting" ? "starting" : "not ready";
}
