import { join } from "node:path";
import type { LabConfig } from "../../settings/lab-config.ts";
import { answersOk, reachable } from "../../system/ports/probe.ts";
import { nodeFlags } from "../../system/process/node-flags.ts";
import type { ProcessSpec } from "../process-spec.ts";
import { logFile, type StatePaths } from "../state/paths.ts";

/** The console; ready when it answers, for it can tell what else does not. */
export function consoleSpec(options: {
  root: string;
  config: LabConfig;
  paths: StatePaths;
  env: NodeJS.ProcessEnv;
}): ProcessSpec {
  const { root, config, paths, env } = options;
  const { HOLDUP_PORT_OFFSET: _, HOLDUP_STATE_DIR: __, ...rest } = env;
  return {
    name: "console",
    service: "console",
    kind: "console",
    saysItsPort: true,
    log: logFile(paths, "console"),
    launch: async () => ({
      command: process.execPath,
      args: [...nodeFlags, join("console", "main.ts")],
      env: {
        ...rest,
        HOLDUP_KAFKA_BROKERS: config.brokers.join(","),
        HOLDUP_REDIS_URL: config.redisUrl,
        HOLDUP_JAEGER_URL: config.jaegerUrl,
        HOLDUP_JAEGER_LINK_URL: config.jaegerUrl,
        HOLDUP_API_URL: config.apiUrl,
        HOLDUP_CONSOLE_PORT: String(config.ports.console),
        HOLDUP_CONSOLE_URL: config.consoleUrl,
        HOLDUP_INSTANCE: "console",
      },
      cwd: root,
    }),
    isReady: (port) => answersOk(`http://${reachable(config.host)}:${port}/healthz`),
  };
}
