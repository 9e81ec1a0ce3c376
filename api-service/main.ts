import { runService } from "../shared/service/run-service.ts";
import { stopTelemetry } from "../shared/telemetry/preload.ts";
import { startApi } from "./api.ts";

await runService({ name: "api-service", env: process.env, start: startApi, flush: stopTelemetry });
