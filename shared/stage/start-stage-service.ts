import { startProbes } from "../http/probes.ts";
import type { Service, ServiceContext } from "../run-service.ts";
import type { Stage } from "./define-stage.ts";
import type { DeliverContext } from "./deliver.ts";
import { runStage } from "./run-stage.ts";

export type Operations = { readonly run: DeliverContext["runOperation"]; stop(): Promise<void> };

/** A whole consuming service: its stage, the operations that it runs, and its probes. */
export async function startStageService(
  stage: Stage,
  operations: Operations,
  { config, log, onFatal }: ServiceContext,
): Promise<Service> {
  const running = await runStage(stage, { config, log, onFatal, runOperation: operations.run });
  const probes = await startProbes({ host: config.host, port: config.healthPort, checks: running.checks });
  return {
    port: probes.port,
    async stop() {
      await running.stop();
      await operations.stop();
      await probes.stop();
    },
  };
}
