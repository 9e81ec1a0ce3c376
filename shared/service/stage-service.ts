import { runStage } from "../consumer/run-stage.ts";
import { startProbes } from "../http/probes.ts";
import type { OperationRunner } from "../pipeline/operations.ts";
import { type StageName, stageOf } from "../pipeline/stages.ts";
import type { Profile } from "../pipeline/workload-names.ts";
import { startReporter } from "../report/reporter.ts";
import { runReports } from "../report/run-reports.ts";
import type { Config } from "../settings.ts";
import { runService } from "./run-service.ts";

/** Runs a consuming service: its stage, its operations, its report, and its probes. Ends the process. */
export function runStageService(
  name: StageName,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly createWorkloads: (options: Config & { profile: Profile }) => OperationRunner;
    /** Sends the last spans. */
    readonly flush: () => Promise<void>;
  },
): Promise<void> {
  const stage = stageOf(name);
  return runService({
    name: stage.group,
    env: options.env,
    flush: options.flush,
    async start({ config, log, onFatal }) {
      const runner = options.createWorkloads({ ...config, profile: config.profiles[stage.group] });
      const running = await runStage(stage, { config, log, onFatal, runOperation: runner.run });
      const probes = await startProbes({
        host: config.host,
        port: config.healthPort,
        checks: running.checks,
      });
      const reporter = startReporter({
        ...config,
        service: stage.group,
        load: runner.load,
        runs: (operations, nowMs) => runReports(stage.topic, running.underWay(), operations, nowMs),
      });
      return {
        port: probes.port,
        async stop() {
          await running.stop();
          await reporter.stop();
          await runner.stop();
          await probes.stop();
        },
      };
    },
  });
}
