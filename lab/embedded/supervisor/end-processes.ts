import { type ProcessEntry, processKinds } from "../../state/lab-file.ts";
import { findDocker, removeContainer } from "../../system/docker/docker-cli.ts";
import type { Env } from "../../system/env.ts";
import { endProcess } from "../../system/process/end-process.ts";

/** Longest time from SIGTERM to SIGKILL; a service needs it to finish its message, commit and flush. */
const graceMs: Readonly<Record<ProcessEntry["kind"], number>> = {
  console: 10_000,
  service: 35_000,
  "trace-store": 10_000,
  kafka: 20_000,
  redis: 10_000,
};

const reasons: Readonly<Record<ProcessEntry["kind"], string>> = {
  console: "to end its burst",
  service: "to finish its message",
  "trace-store": "to write its last spans",
  kafka: "to close its logs",
  redis: "to write its file",
};

/** Time after which a wait is reported. */
const reportAfterMs = 2000;

async function endOne(entry: ProcessEntry, say: (line: string) => void): Promise<void> {
  const { running, name, kind } = entry;
  if (!running) return;
  const limitMs = graceMs[kind];
  const timer = setTimeout(
    () => say(`waiting for ${name} ${reasons[kind]} (at most ${limitMs / 1000} s)`),
    reportAfterMs,
  );
  const outcome = await endProcess(running, { graceMs: limitMs });
  clearTimeout(timer);
  if (outcome === "killed") say(`${name} did not end within ${limitMs / 1000} s and was killed`);
  if (outcome === "stuck") say(`${name} (pid ${running.pid}) could not be ended`);
}

/**
 * Ends the lab's processes: the console, then the services, which commit and flush, the trace store, Kafka and Redis. Needs
 * only the list, not a supervisor, and ends nothing that is not on it.
 */
export async function endProcesses(
  entries: readonly ProcessEntry[],
  options: { env: Env; say: (line: string) => void },
): Promise<void> {
  for (const kind of processKinds) {
    await Promise.all(entries.filter((e) => e.kind === kind).map((e) => endOne(e, options.say)));
  }
  const containers = entries.flatMap(({ container }) => (container ? [container] : []));
  if (containers.length === 0) return;
  const { path } = await findDocker(options.env);
  if (path) await Promise.all(containers.map((name) => removeContainer(path, name)));
}
