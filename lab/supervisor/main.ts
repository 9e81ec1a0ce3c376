import { dirname } from "node:path";
import { toHoldupError } from "../../shared/errors.ts";
import { createLogger } from "../../shared/log.ts";
import { type News, type Plan, planSchema } from "./plan.ts";
import { runSupervisor } from "./run-supervisor.ts";

const root = dirname(dirname(import.meta.dirname));
const log = createLogger({ service: "supervisor", instance: "supervisor", level: "info" });

// A log line that cannot be written (disk full) must not end what keeps the services up.
process.stdout.on("error", () => {});
process.on("unhandledRejection", (thrown) => log.error({ err: thrown }, "unhandled rejection"));

/** Until everything is ready, `start` is at the other end; when it goes away before that, the start is called off. */
function tell(news: News): void {
  if (process.connected) process.send?.(news, undefined, undefined, () => {});
}

const plan = await new Promise<Plan>((resolve) =>
  process.once("message", (message) => resolve(planSchema.parse(message))),
);
const supervisor = await runSupervisor({ root, env: process.env, plan, log, tell });

const calledOff = new Promise<"stop">((resolve) => {
  process.once("disconnect", () => resolve("stop"));
  process.once("SIGTERM", () => resolve("stop"));
  process.once("SIGINT", () => resolve("stop"));
});
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
  const end = await Promise.race([
    released,
    new Promise<"stop">((resolve) => {
      process.once("SIGTERM", () => resolve("stop"));
      process.once("SIGINT", () => resolve("stop"));
    }),
  ]);
  if (end === "stop") await supervisor.stop();
} else if (outcome !== "release") {
  const why = typeof outcome === "string" ? "Called off." : outcome.message + supervisor.logsOfFailed();
  log.warn({ why }, "not started");
  await supervisor.stop();
  tell({ news: "failed", text: why });
}
process.exit(0);
