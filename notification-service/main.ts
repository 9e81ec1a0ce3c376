import { runService } from "../shared/service/run-service.ts";
import { startStageService } from "../shared/service/stage-service.ts";
import { stopTelemetry } from "../shared/telemetry/preload.ts";
import { createWorkloads } from "../workloads/workloads.ts";
import { notification } from "./notification.ts";

await runService({
  name: notification.group,
  env: process.env,
  start: (context) => {
    const { config } = context;
    return startStageService(
      notification,
      createWorkloads({ ...config, profile: config.profileNotification }),
      context,
    );
  },
  flush: stopTelemetry,
});
