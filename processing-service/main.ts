import { runService } from "../shared/service/run-service.ts";
import { startStageService } from "../shared/service/stage-service.ts";
import { stopTelemetry } from "../shared/telemetry/preload.ts";
import { createWorkloads } from "../workloads/workloads.ts";
import { processing } from "./processing.ts";

await runService({
  name: processing.group,
  env: process.env,
  start: (context) => {
    const { config } = context;
    return startStageService(
      processing,
      createWorkloads({ ...config, profile: config.profileProcessing }),
      context,
    );
  },
  flush: stopTelemetry,
});
