import { createKafka } from "../../../shared/kafka/client.ts";
import { serviceNames } from "../../../shared/pipeline/stages.ts";
import type { Logger } from "../../../shared/telemetry/log.ts";
import { settingsIn } from "../../settings/changed-settings.ts";
import { type LabConfig, readLabConfig } from "../../settings/lab-config.ts";
import { assignFreePorts } from "../../settings/lab-ports.ts";
import type { LabFile } from "../../state/lab-file.ts";
import { statePaths } from "../../state/paths.ts";
import { logTail } from "../../state/process-log.ts";
import { startTimeOf } from "../../system/process/identity.ts";
import { kafkaSpec } from "../infra/kafka.ts";
import { redisSpec } from "../infra/redis.ts";
import { type ControlRequest, startControlServer } from "./control-server.ts";
import { createRecord } from "./lab-record.ts";
import { consoleSpec, serviceSpec, traceStoreSpec } from "./node-specs.ts";
import { createProcessGroup } from "./process-group.ts";
import type { Plan, StartEvent } from "./start-messages.ts";

const tailLines = 8;

function initialRecord(
  config: LabConfig,
  env: NodeJS.ProcessEnv,
  control: { port: number; token: string },
): LabFile {
  return {
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
}

/**
 * Creates a lab's supervisor: it starts the processes, keeps them running, and serves requests over HTTP.
 *
 * @returns `stop`, which ends everything in order; `whenReleased`, which resolves when another process takes over ending
 *   them; `start` and `logsOfFailed` are described below
 * @throws the file system's error when the process list cannot be written; nothing has been started then
 */
export async function runSupervisor(options: {
  root: string;
  env: NodeJS.ProcessEnv;
  plan: Plan;
  log: Logger;
  report: (event: StartEvent) => void;
}) {
  const { root, env, plan, log, report } = options;
  const { infra } = plan;
  const config = await assignFreePorts(readLabConfig(env, root));
  const paths = statePaths(config.stateDir);
  const place = { root, config, paths, env };
  const released = Promise.withResolvers<void>();

  const control = await startControlServer(async (request: ControlRequest, say) => {
    log.info(request, "request");
    const service = serviceNames.find((name) => "service" in request && name === request.service);
    if (request.do === "release") {
      // The process that takes over knows only the list on disk.
      if (record.isWritten()) group.abandon();
      else await group.stop(say);
      // Once the answer has been sent.
      setTimeout(released.resolve, 20);
    } else if (request.do === "scale" && service) {
      await group.scale(service, request.replicas, say);
    } else if (request.do === "restart") {
      await group.restart(request.service, say);
    }
  });
  const initial = initialRecord(config, env, control);
  const record = createRecord(paths.labFile, initial, (thrown) =>
    log.error({ err: thrown }, `${paths.labFile} cannot be written; trying again every second`),
  );
  const kafka = createKafka({ brokers: config.brokers, clientId: "lab", log });
  const group = createProcessGroup({
    config,
    env,
    infra: [
      ...(infra.kind === "external" || config.external.kafka
        ? []
        : [kafkaSpec({ ...place, runtime: infra, kafka })]),
      ...(infra.kind === "external" || config.external.redis
        ? []
        : [redisSpec({ ...place, runtime: infra })]),
      ...(config.external.traces ? [] : [traceStoreSpec(place)]),
    ],
    service: (name, instance) => serviceSpec(name, instance, place),
    console: consoleSpec(place),
    replicas: plan.replicas,
    kafka,
    record,
    report,
  });

  return {
    whenReleased: released.promise,
    async stop(): Promise<void> {
      await group.stop((line) => report({ event: "waiting", text: line }));
      control.close();
      record.remove();
    },
    /** @throws HoldupError when a process could not be started */
    async start(): Promise<void> {
      await group.start();
      record.markUp();
      log.info({ startedInMs: Date.now() - initial.startedMs }, "everything is ready");
    },
    /** The last lines of the log of every process that is not up, for the message about a failed start. */
    logsOfFailed(): string {
      return record
        .processes()
        .filter(({ lastExit, state }) => lastExit !== undefined && state !== "ready")
        .map(({ name }) => logTail(paths, name, tailLines))
        .join("");
    },
  };
}
