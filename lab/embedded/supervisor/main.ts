import { dirname } from "node:path";
import { toHoldupError } from "../../../core/errors.ts";
import { createLogger } from "../../../shared/telemetry/log.ts";
import { runSupervisor } from "./run-supervisor.ts";
import { type News, type Plan, planSchema } from "./start-messages.ts";

const root = dirname(dirname(dirname(import.meta.dirname)));
const log = createLogger({ service: "supervisor", instance: "supervisor", level: "info" });

// A log line that cannot be written (disk full) must not end what keeps the services up.
process.stdout.on("error", () => {});
process.on("unhandledRejection", (thrown) => log.error({ err: thrown }, "unhandled rejection"));

/** Until everything is ready, `start` is at the other end; when it goes away before that, the start is called off. */
function tell(news: News): void {
  if (process.connected) process.send?.(news, undefined, undefined, () => {});
}

const told = new Promise<"stop">((resolve) => {
  process.once("SIGTERM", () => resolve("stop"));
  process.once("SIGINT", () => resolve("stop"));
});
// From the first moment on: `start` may be gone before there is anything to call off.
const left = new Promise<"stop">((resolve) => {
  process.once("disconnect", () => resolve("stop"));
  if (!process.connected) resolve("stop");
});
const calledOff = Promise.race([told, left]);

const plan = await Promise.race([
  calledOff,
  new Promise<Plan>((resolve) => process.once("message", (message) => resolve(planSchema.parse(message)))),
]);
if (plan === "stop") process.exit(0);

const supervisor = await runSupervisor({ root, env: process.env, plan, log, tell }).catch(
  (thrown: unknown) => {
    log.error({ err: thrown }, "not started");
    tell({ news: "failed", text: toHoldupError(thrown).message });
    process.exit(1);
  },
);
const released = supervisor.whenReleased.then(() => "release" as const);

const outcome = await Promise.race([
  calledOff,
  released,
  supervisor.start().then(
    () => "up" as const,
    (thrown: unknown) => toHoldupError(thrown),
  ),
]);
if (outcome === "up") {
  tell({ news: "up" });
  if ((await Promise.race([released, told])) === "stop") await supervisor.stop();
} else if (outcome !== "release") {
  const why = typeof outcome === "string" ? "Called off." : outcome.message + supervisor.logsOfFailed();
  log.warn({ why }, "not started");
  await supervisor.stop();
  tell({ news: "failed", text: why });
}
process.exit(0);
