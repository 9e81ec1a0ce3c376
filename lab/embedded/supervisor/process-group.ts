import { setTimeout as delay } from "node:timers/promises";
import { HoldupError } from "../../../core/errors.ts";
import { ensureTopics, waitForKafka } from "../../../shared/kafka/admin.ts";
import type { Kafka } from "../../../shared/kafka/client.ts";
import { describeLag } from "../../../shared/kafka/offsets.ts";
import { type ServiceName, serviceNames, topics } from "../../../shared/pipeline/stages.ts";
import { settings } from "../../../shared/settings.ts";
import type { LabConfig } from "../../settings/lab-config.ts";
import { partitionsIn, partitionsNotice } from "../../settings/partitions.ts";
import { idleReplicasHint } from "../../settings/replicas.ts";
import { redisAnswers } from "../infra/redis.ts";
import type { ProcessSpec } from "../process-spec.ts";
import { endProcesses } from "./end-processes.ts";
import type { LabRecord } from "./lab-record.ts";
import type { News } from "./start-messages.ts";
import { type Supervised, supervise } from "./supervise.ts";

/** Longest that a start, or a replica's start, may take; Kafka on a busy laptop is the slowest. */
const readyWithinMs = 120_000;
const externalWithinMs = 15_000;

export type Lab = ReturnType<typeof createLab>;

/** All processes of one lab: started together, scaled and restarted one by one. */
export function createLab(options: {
  config: LabConfig;
  env: NodeJS.ProcessEnv;
  infra: readonly ProcessSpec[];
  service: (name: ServiceName, instance: number) => ProcessSpec;
  console: ProcessSpec;
  replicas: Readonly<Record<ServiceName, number>>;
  kafka: Kafka;
  record: LabRecord;
  tell: (news: News) => void;
}) {
  const { config, env, record, tell, kafka } = options;
  const startedMs = Date.now();
  let units: readonly Supervised[] = [];

  function add(spec: ProcessSpec): Supervised {
    const unit = supervise(spec, (entry) => record.put(entry));
    units = [...units, unit];
    unit.start();
    return unit;
  }

  async function end(unit: Supervised, say: (line: string) => void): Promise<void> {
    unit.abandon();
    await endProcesses([unit.entry()], { env, say });
    const stuck = delay(2000, undefined, { ref: false }).then(() => {
      throw new HoldupError("HOLDUP_INFRA_FAILED", `${unit.spec.name} could not be ended.`);
    });
    await Promise.race([unit.whenEnded(), stuck]);
  }

  async function remove(unit: Supervised, say: (line: string) => void): Promise<void> {
    await end(unit, say);
    units = units.filter((other) => other !== unit);
    record.drop(unit.spec.name);
  }

  function whenReady(unit: Supervised): Promise<void> {
    const late = delay(readyWithinMs, undefined, { ref: false }).then(() => {
      throw new HoldupError(
        "HOLDUP_INFRA_FAILED",
        `${unit.spec.name} was not ready within ${readyWithinMs / 1000} s; its log is ${unit.spec.log}.`,
      );
    });
    return Promise.race([unit.whenReady(), late]);
  }

  async function makeTopics(kafkaUnit: Supervised | undefined): Promise<void> {
    if (kafkaUnit) await whenReady(kafkaUnit);
    else await waitForKafka(kafka, { timeoutMs: externalWithinMs });
    await ensureTopics(kafka, config.partitions);
    tell({ news: "done", text: `topics ready: ${Object.values(topics).join(", ")}` });
    await countPartitions();
  }

  /** Topics that were there before keep the partitions they have. */
  async function countPartitions(): Promise<void> {
    // Only a service to the reader: a start does not fail for want of it.
    const rows = await describeLag(kafka).catch(() => []);
    const partitionsOf = partitionsIn(rows);
    record.partitions(partitionsOf);
    const isAsked = env[settings.partitions.variable]?.trim();
    const hints = [
      isAsked && partitionsNotice(partitionsOf, config),
      ...serviceNames.map((name) => idleReplicasHint(name, options.replicas[name], partitionsOf)),
    ];
    for (const text of hints) if (text) tell({ news: "done", text });
  }

  async function findExternalRedis(): Promise<void> {
    const deadline = Date.now() + externalWithinMs;
    while (!(await redisAnswers(config.redisUrl))) {
      if (Date.now() > deadline) {
        throw new HoldupError(
          "HOLDUP_REDIS_UNREACHABLE",
          `The Redis that HOLDUP_REDIS_URL names did not answer within ${externalWithinMs / 1000} s.`,
        );
      }
      await delay(200);
    }
  }

  async function announce(unit: Supervised): Promise<void> {
    await whenReady(unit);
    const { port } = unit.entry();
    const where = port !== undefined && unit.spec.kind !== "service" ? ` on port ${port}` : "";
    tell({ news: "done", text: `${unit.spec.name} ready${where}` });
    const missing = units.filter((other) => other.entry().state !== "ready").map(({ spec }) => spec.name);
    if (missing.length > 0) tell({ news: "waiting", text: `waiting for ${missing.join(", ")}` });
  }

  const servicesOf = (name: ServiceName) => units.filter(({ spec }) => spec.service === name);

  return {
    startedMs,
    /** Starts everything at once: services try again until Kafka, Redis and the topics are there. */
    async start(): Promise<void> {
      for (const spec of options.infra) add(spec);
      const kafkaUnit = units.find(({ spec }) => spec.kind === "kafka");
      for (const name of serviceNames) {
        for (let n = 1; n <= options.replicas[name]; n++) add(options.service(name, n));
      }
      add(options.console);
      tell({ news: "waiting", text: `waiting for ${units.map(({ spec }) => spec.name).join(", ")}` });
      await Promise.all([
        makeTopics(kafkaUnit),
        ...(config.external.redis ? [findExternalRedis()] : []),
        ...units.map(announce),
      ]);
    },
    /** Brings a service to `count` replicas: new ones are ready, surplus ones have ended when this resolves. */
    async scale(name: ServiceName, count: number, say: (line: string) => void): Promise<void> {
      const now = servicesOf(name);
      const surplus = now.filter(({ spec }) => Number(spec.name.slice(name.length + 1)) > count);
      await Promise.all(surplus.map((unit) => remove(unit, say)));
      const added = [];
      for (let n = 1; n <= count; n++) {
        if (!now.some(({ spec }) => spec.name === `${name}-${n}`)) added.push(add(options.service(name, n)));
      }
      await Promise.all(
        added.map(async (unit) => {
          await whenReady(unit);
          say(`${unit.spec.name} is ready`);
        }),
      );
    },
    /** One replica after the other, so that the others go on working. */
    async restart(name: string, say: (line: string) => void): Promise<void> {
      for (const unit of units.filter(({ spec }) => spec.service === name)) {
        await end(unit, say);
        unit.start();
        await whenReady(unit);
        say(`${unit.spec.name} is ready again`);
      }
    },
    /** From here on nothing is started again; the processes go on. */
    abandon(): void {
      for (const unit of units) unit.abandon();
    },
    async stop(say: (line: string) => void): Promise<void> {
      for (const unit of units) unit.abandon();
      await endProcesses(record.processes(), { env, say });
    },
  };
}
