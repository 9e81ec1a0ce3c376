import { createKafka } from "../../../shared/kafka/client.ts";
import { serviceNames } from "../../../shared/pipeline/stages.ts";
import type { Logger } from "../../../shared/telemetry/log.ts";
import { settingsIn } from "../../settings/changed-settings.ts";
import { readLabConfig } from "../../settings/lab-config.ts";
import { settlePorts } from "../../settings/lab-ports.ts";
import { startTimeOf } from "../../system/process/identity.ts";
import { kafkaSpec } from "../infra/kafka.ts";
import { redisSpec } from "../infra/redis.ts";
import type { LabFile } from "../state/lab-file.ts";
import { statePaths } from "../state/paths.ts";
import { type ControlRequest, startControlServer } from "./control-server.ts";
import { createRecord } from "./lab-record.ts";
import { consoleSpec } from "./node-specs.ts";
import { createLab } from "./process-group.ts";
import { serviceSpec } from "./service-spec.ts";
import type { News, Plan } from "./start-messages.ts";
import { tailOf } from "./tail-of.ts";
import { traceStoreSpec } from "./trace-store-spec.ts";

/**
 * Starts a lab, keeps it running, and does what is asked over HTTP.
 *
 * @returns `stop`, which ends everything in order; `whenReleased`, which resolves when another process takes over the
 *   ending; `start` and `logsOfFailed`, see there
 * @throws what the file system says when the process list cannot be written; nothing has been started then
 */
export async function runSupervisor(options: {
  root: string;
  env: NodeJS.ProcessEnv;
  plan: Plan;
  log: Logger;
  tell: (news: News) => void;
}) {
  const { root, env, plan, log, tell } = options;
  const config = await settlePorts(readLabConfig(env, root));
  const paths = statePaths(config.stateDir);
  const shared = { root, config, paths, env };
  const { way } = plan;
  const released = Promise.withResolvers<void>();

  const control = await startControlServer(async (asked: ControlRequest, say) => {
    log.info(asked, "asked");
    const known = serviceNames.find((name) => "service" in asked && name === asked.service);
    if (asked.do === "release") {
      // Whoever takes over knows only the list on disk.
      if (record.isWritten()) lab.abandon();
      else await lab.stop(say);
      // After the answer is out.
      setTimeout(released.resolve, 20);
    } else if (asked.do === "scale" && known) {
      await lab.scale(known, asked.replicas, say);
    } else if (asked.do === "restart") {
      await lab.restart(asked.service, say);
    }
  });
  const first: LabFile = {
    version: 1,
    startedMs: Date.now(),
    supervisor: {
      pid: process.pid,
      startTime: startTimeOf(process.pid) ?? "",
      port: control.port,
      token: control.token,
    },
    isUp: false,
    portOffset: config.portOffset,
    partitionsOf: {},
    brokers: [...config.brokers],
    redisUrl: config.redisUrl,
    jaegerUrl: config.jaegerUrl,
    consoleUrl: config.consoleUrl,
    otlpEndpoint: config.otlpEndpoint,
    host: config.host,
    settings: settingsIn(env),
    processes: [],
  };
  const record = createRecord(paths.labFile, first, (thrown) =>
    log.error({ err: thrown }, `${paths.labFile} cannot be written; trying again every second`),
  );
  const kafka = createKafka({ brokers: config.brokers, clientId: "lab", log });
  const lab = createLab({
    config,
    env,
    infra: [
      ...(way.way === "external" || config.external.kafka ? [] : [kafkaSpec({ ...shared, way, kafka })]),
      ...(way.way === "external" || config.external.redis ? [] : [redisSpec({ ...shared, way })]),
      ...(config.external.traces ? [] : [traceStoreSpec(shared)]),
    ],
    service: (name, instance) => serviceSpec(name, instance, shared),
    console: consoleSpec(shared),
    replicas: plan.replicas,
    kafka,
    record,
    tell,
  });

  async function stop(): Promise<void> {
    await lab.stop((line) => tell({ news: "waiting", text: line }));
    control.close();
    record.remove();
  }

  return {
    whenReleased: released.promise,
    stop,
    /** @throws HoldupError with the end of the log of whatever could not be started */
    async start(): Promise<void> {
      await lab.start();
      record.isUp();
      log.info({ startedInMs: Date.now() - lab.startedMs }, "everything is ready");
    },
    /** The last lines of the log of every process that is not up, for the message about a failed start. */
    logsOfFailed(): string {
      return record
        .processes()
        .filter(({ lastExit, state }) => lastExit !== undefined && state !== "ready")
        .map(({ name }) => tailOf(paths, name, 8))
        .join("");
    },
  };
}
