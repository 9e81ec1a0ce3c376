import { runService } from "../shared/service/run-service.ts";
import { startStageService } from "../shared/service/stage-service.ts";
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
