import { join } from "node:path";
import type { LabConfig } from "../../settings/lab-config.ts";
import { answersOk, reachable } from "../../system/ports/probe.ts";
import { nodeFlags } from "../../system/process/node-flags.ts";
import type { ProcessSpec } from "../process-spec.ts";
import { logFile, type StatePaths } from "../state/paths.ts";

/** The embedded trace backend; ready when the query API answers. */
export function traceStoreSpec(options: {
  root: string;
  config: LabConfig;
  paths: StatePaths;
  env: NodeJS.ProcessEnv;
}): ProcessSpec {
  const { root, config, paths, env } = options;
  return {
    name: "trace-store",
    service: "trace-store",
    kind: "trace-store",
    port: config.ports.jaeger,
    saysItsPort: false,
    log: logFile(paths, "trace-store"),
    launch: async () => ({
      command: process.execPath,
      args: [...nodeFlags, join("tracestore", "main.ts")],
      env: {
        ...env,
        HOLDUP_OTLP_PORT: String(config.ports.otlp),
        HOLDUP_JAEGER_PORT: String(config.ports.jaeger),
        HOLDUP_CONSOLE_URL: config.consoleUrl,
        HOLDUP_TRACES_FILE: env["HOLDUP_TRACES_FILE"] || paths.traces,
      },
      cwd: root,
    }),
    isReady: () => answersOk(`http://${reachable(config.host)}:${config.ports.jaeger}/api/services`),
  };
}
