import { setTimeout as delay } from "node:timers/promises";
import { settledWithin, withDeadline } from "../../../core/deadline.ts";
import { HoldupError } from "../../../core/errors.ts";
import { waitForKafka } from "../../../shared/kafka/admin.ts";
import type { Kafka } from "../../../shared/kafka/client.ts";
import { describeLag } from "../../../shared/kafka/offsets.ts";
import { ensureTopics } from "../../../shared/kafka/topics.ts";
import { type ServiceName, serviceNames, topics } from "../../../shared/pipeline/stages.ts";
import { settings } from "../../../shared/settings.ts";
import type { LabConfig } from "../../settings/lab-config.ts";
import { partitionsByTopic, partitionsWarning } from "../../settings/partitions.ts";
import { idleReplicasWarning, type Replicas } from "../../settings/replicas.ts";
import { redisAnswers } from "../infra/redis.ts";
import type { ProcessSpec } from "../process-spec.ts";
import { endProcesses } from "./end-processes.ts";
import type { LabRecord } from "./lab-record.ts";
import type { StartEvent } from "./start-messages.ts";
import { type SupervisedProcess, supervise } from "./supervise.ts";

/** Longest time until a process is ready; Kafka on a busy laptop is the slowest. */
const readyWithinMs = 120_000;
const externalWithinMs = 15_000;
const endWithinMs = 2000;
const preparedWithinMs = 10_000;

/** All processes of one lab: started together, then scaled and restarted service by service. */
export function createProcessGroup(options: {
  config: LabConfig;
  env: NodeJS.ProcessEnv;
  infra: readonly ProcessSpec[];
  service: (name: ServiceName, instance: number) => ProcessSpec;
  console: ProcessSpec;
  replicas: Replicas;
  kafka: Kafka;
  record: LabRecord;
  report: (event: StartEvent) => void;
}) {
  const { config, env, record, report, kafka } = options;
  let members: readonly SupervisedProcess[] = [];
  let isStopping = false;

  /** @throws HoldupError HOLDUP_STOPPING once the group is being stopped: nobody would end the process */
  function start(member: SupervisedProcess): void {
    if (isStopping) throw new HoldupError("HOLDUP_STOPPING", "The lab is being stopped.");
    member.start();
  }

  function add(spec: ProcessSpec): SupervisedProcess {
    const member = supervise(spec, (entry) => record.put(entry));
    start(member);
    members = [...members, member];
    return member;
  }

  function abandon(): void {
    isStopping = true;
    for (const member of members) member.abandon();
  }

  async function end(member: SupervisedProcess, say: (line: string) => void): Promise<void> {
    member.abandon();
    await endProcesses([member.entry()], { env, say });
    await withDeadline(
      member.whenEnded(),
      endWithinMs,
      () => new HoldupError("HOLDUP_INFRA_FAILED", `${member.spec.name} could not be ended.`),
    );
  }

  async function remove(member: SupervisedProcess, say: (line: string) => void): Promise<void> {
    await end(member, say);
    members = members.filter((other) => other !== member);
    record.drop(member.spec.name);
  }

  function whenReady(member: SupervisedProcess): Promise<void> {
    const { name, log } = member.spec;
    return withDeadline(
      member.whenReady(),
      readyWithinMs,
      () =>
        new HoldupError(
          "HOLDUP_INFRA_FAILED",
          `${name} was not ready within ${readyWithinMs / 1000} s; its log is ${log}.`,
        ),
    );
  }

  async function createTopics(broker: SupervisedProcess | undefined): Promise<void> {
    if (broker) await whenReady(broker);
    else await waitForKafka(kafka, { timeoutMs: externalWithinMs });
    await ensureTopics(kafka, config.partitions);
    report({ event: "done", text: `topics ready: ${topics.join(", ")}` });
    await recordPartitions();
  }

  /** Topics that existed before keep their partitions. */
  async function recordPartitions(): Promise<void> {
    // The counts are only for warnings, so a start does not fail without them.
    const rows = await describeLag(kafka).catch(() => []);
    const partitionsOf = partitionsByTopic(rows);
    record.setPartitions(partitionsOf);
    const isSet = env[settings.partitions.variable]?.trim();
    const warnings = [
      isSet && partitionsWarning(partitionsOf, config),
      ...serviceNames.map((name) => idleReplicasWarning(name, options.replicas[name], partitionsOf)),
    ];
    for (const text of warnings) if (text) report({ event: "done", text });
  }

  async function waitForExternalRedis(): Promise<void> {
    const deadline = Date.now() + externalWithinMs;
    while (!(await redisAnswers(config.redisUrl))) {
      if (Date.now() > deadline) {
        throw new HoldupError(
          "HOLDUP_REDIS_UNREACHABLE",
          `The Redis of HOLDUP_REDIS_URL did not answer within ${externalWithinMs / 1000} s.`,
        );
      }
      await delay(200);
    }
  }

  async function reportReady(member: SupervisedProcess): Promise<void> {
    await whenReady(member);
    const { port } = member.entry();
    const where = port !== undefined && member.spec.kind !== "service" ? ` on port ${port}` : "";
    report({ event: "done", text: `${member.spec.name} ready${where}` });
    const missing = members.filter((other) => other.entry().state !== "ready").map(({ spec }) => spec.name);
    if (missing.length > 0) report({ event: "waiting", text: `waiting for ${missing.join(", ")}` });
  }

  const replicasOf = (name: string) => members.filter(({ spec }) => spec.service === name);

  return {
    /** Starts everything at once: services retry until Kafka, Redis and the topics are there. */
    async start(): Promise<void> {
      for (const spec of options.infra) add(spec);
      const broker = members.find(({ spec }) => spec.kind === "kafka");
      for (const name of serviceNames) {
        for (let n = 1; n <= options.replicas[name]; n++) add(options.service(name, n));
      }
      add(options.console);
      report({ event: "waiting", text: `waiting for ${members.map(({ spec }) => spec.name).join(", ")}` });
      await Promise.all([
        createTopics(broker),
        ...(config.external.redis ? [waitForExternalRedis()] : []),
        ...members.map(reportReady),
      ]);
    },
    /** Brings a service to `count` replicas: when this resolves, new ones are ready and surplus ones have ended. */
    async scale(name: ServiceName, count: number, say: (line: string) => void): Promise<void> {
      const now = replicasOf(name);
      const surplus = now.filter(({ spec }) => Number(spec.name.slice(name.length + 1)) > count);
      await Promise.all(surplus.map((member) => remove(member, say)));
      const added = [];
      for (let n = 1; n <= count; n++) {
        if (!now.some(({ spec }) => spec.name === `${name}-${n}`)) added.push(add(options.service(name, n)));
      }
      await Promise.all(
        added.map(async (member) => {
          await whenReady(member);
          say(`${member.spec.name} is ready`);
        }),
      );
    },
    /** Restarts one replica after the other, so that the others continue to work. */
    async restart(name: string, say: (line: string) => void): Promise<void> {
      for (const member of replicasOf(name)) {
        await end(member, say);
        start(member);
        await whenReady(member);
        say(`${member.spec.name} is ready again`);
      }
    },
    /** Stops restarting processes; those that run continue. */
    abandon,
    /** Ends all processes in order. */
    async stop(say: (line: string) => void): Promise<void> {
      abandon();
      await endProcesses(record.processes(), { env, say });
      // Kafka's folder may still be being formatted, by a process that would write to it after its removal.
      await settledWithin(Promise.all(members.map((member) => member.whenPrepared())), preparedWithinMs);
    },
  };
}
