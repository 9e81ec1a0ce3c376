import { dirname } from "node:path";
import { toHoldupError } from "../../../core/errors.ts";
import { createLogger } from "../../../shared/telemetry/log.ts";
import { runSupervisor } from "./run-supervisor.ts";
import { type Plan, planSchema, type StartEvent } from "./start-messages.ts";

const root = dirname(dirname(dirname(import.meta.dirname)));
const log = createLogger({ service: "supervisor", instance: "supervisor", level: "info" });

// A log line that cannot be written (disk full) must not end the process that keeps the services up.
process.stdout.on("error", () => {});
process.on("unhandledRejection", (thrown) => log.error({ err: thrown }, "unhandled rejection"));

/** Until everything is ready, `start` is connected; when it disconnects before that, the start is cancelled. */
function report(event: StartEvent): void {
  if (process.connected) process.send?.(event, undefined, undefined, () => {});
}

const signalled = new Promise<"stop">((resolve) => {
  process.once("SIGTERM", () => resolve("stop"));
  process.once("SIGINT", () => resolve("stop"));
});
// Registered first: `start` may disconnect before there is anything to cancel.
const disconnected = new Promise<"stop">((resolve) => {
  process.once("disconnect", () => resolve("stop"));
  if (!process.connected) resolve("stop");
});
const cancelled = Promise.race([signalled, disconnected]);

const plan = await Promise.race([
  cancelled,
  new Promise<Plan>((resolve) => process.once("message", (message) => resolve(planSchema.parse(message)))),
]);
if (plan === "stop") process.exit(0);

const supervisor = await runSupervisor({ root, env: process.env, plan, log, report }).catch(
  (thrown: unknown) => {
    log.error({ err: thrown }, "not started");
    report({ event: "failed", text: toHoldupError(thrown).message });
    process.exit(1);
  },
);
const released = supervisor.whenReleased.then(() => "release" as const);

const outcome = await Promise.race([
  cancelled,
  released,
  supervisor.start().then(
    () => "up" as const,
    (thrown: unknown) => toHoldupError(thrown),
  ),
]);
if (outcome === "up") {
  report({ event: "up" });
  if ((await Promise.race([released, signalled])) === "stop") await supervisor.stop();
} else if (outcome !== "release") {
  const why = typeof outcome === "string" ? "Cancelled." : outcome.message + supervisor.logsOfFailed();
  log.warn({ why }, "not started");
  await supervisor.stop();
  report({ event: "failed", text: why });
}
process.exit(0);
