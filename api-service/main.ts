import { apiService } from "../shared/pipeline/stages.ts";
import { runService } from "../shared/service/run-service.ts";
import { stopTelemetry } from "../shared/telemetry/preload.ts";
import { startApi } from "./api.ts";

await runService({ name: apiService, env: process.env, start: startApi, flush: stopTelemetry });
