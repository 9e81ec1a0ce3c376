import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { byService } from "../../../shared/pipeline/stages.ts";
import { statePaths } from "../../state/paths.ts";
import { prepareStateDir } from "../../state/state-dir.ts";
import { temporaryDir } from "../../system/testing/temporary-dir.ts";
import type { Plan } from "./start-messages.ts";

// Nothing to start, and a Kafka that does not exist.
const plan: Plan = {
  infra: { kind: "external" },
  replicas: byService(() => 0),
};

it("cancels the start when `start` disconnects before the plan has been read", async () => {
  const paths = statePaths(temporaryDir());
  prepareStateDir(paths);
  const supervisor = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    cwd: dirname(dirname(dirname(import.meta.dirname))),
    env: {
      PATH: process.env["PATH"],
      HOLDUP_STATE_DIR: paths.dir,
      HOLDUP_KAFKA_BROKERS: "127.0.0.1:1",
      HOLDUP_REDIS_URL: "redis://127.0.0.1:1",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  onTestFinished(() => void supervisor.kill("SIGKILL"));
  const { stdout } = supervisor;
  if (!stdout) throw new Error("no output");
  let log = "";
  stdout.setEncoding("utf8").on("data", (chunk: string) => {
    log += chunk;
  });
  supervisor.send(plan, () => supervisor.disconnect());
  const [[code]] = await Promise.all([once(supervisor, "exit"), once(stdout, "end")]);
  expect(code).toBe(0);
  expect(log).not.toMatch(/KAFKA|REDIS|did not answer|reach/i);
  expect(existsSync(paths.labFile)).toBe(false);
}, 30_000);
