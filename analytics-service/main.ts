import { runService } from "../shared/run-service.ts";
import { startStageService } from "../shared/stage/start-stage-service.ts";
import { stopTelemetry } from "../shared/telemetry/preload.ts";
import { createWorkloads } from "../workloads/workloads.ts";
import { analytics } from "./analytics.ts";

await runService({
  name: analytics.group,
  env: process.env,
  start: (context) => {
    const { config } = context;
    return startStageService(
      analytics,
      createWorkloads({ ...config, profile: config.profileAnalytics }),
      context,
    );
  },
  flush: stopTelemetry,
});
