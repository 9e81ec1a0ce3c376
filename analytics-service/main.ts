import { runStageService } from "../shared/service/stage-service.ts";
import { stopTelemetry } from "../shared/telemetry/preload.ts";
import { createWorkloads } from "../workloads/workloads.ts";

await runStageService("analytics", { env: process.env, createWorkloads, flush: stopTelemetry });
