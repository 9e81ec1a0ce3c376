import type { Stage } from "../consumer/define-stage.ts";
import type { DeliverContext } from "../consumer/deliver.ts";
import { runStage } from "../consumer/run-stage.ts";
import { startProbes } from "../http/probes.ts";
import { startReporter, type WorkLoad } from "../report/reporter.ts";
import type { Service, ServiceContext } from "./run-service.ts";

export type Operations = {
  readonly run: DeliverContext["runOperation"];
  /** What the worker threads do right now. */
  readonly load: () => WorkLoad;
  stop(): Promise<void>;
};

/** A whole consuming service: its stage, the operations that it runs, its report of itself, and its probes. */
export async function startStageService(
  stage: Stage,
  operations: Operations,
  { config, log, onFatal }: ServiceContext,
): Promise<Service> {
  const running = await runStage(stage, { config, log, onFatal, runOperation: operations.run });
  const probes = await startProbes({ host: config.host, port: config.healthPort, checks: running.checks });
  const reporter = startReporter({
    ...config,
    service: stage.group,
    load: operations.load,
    runs: running.runs,
  });
  return {
    port: probes.port,
    async stop() {
      await running.stop();
      await reporter.stop();
      await operations.stop();
      await probes.stop();
    },
  };
}
