import { runService } from "../shared/service/run-service.ts";
import { startConsole } from "./server/start-console.ts";

await runService({ name: "console", env: process.env, start: startConsole, flush: async () => {} });
