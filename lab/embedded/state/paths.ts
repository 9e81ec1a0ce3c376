import { join } from "node:path";

export type StatePaths = ReturnType<typeof statePaths>;

/** Where one lab keeps what: everything that `stop --clean` removes is listed here, and nothing else. */
export function statePaths(dir: string) {
  const data = join(dir, "data");
  return Object.freeze({
    dir,
    /** Says that the folder is a lab's. */
    marker: join(dir, "lab-state"),
    labFile: join(dir, "lab.json"),
    lock: join(dir, "lab.lock"),
    holder: join(dir, "lab.holder.json"),
    logs: join(dir, "logs"),
    data,
    kafkaData: join(data, "kafka"),
    redisData: join(data, "redis"),
    traces: join(data, "traces.db"),
    work: join(dir, "work"),
    bursts: join(dir, "bursts"),
  });
}

export function logFile(paths: StatePaths, name: string): string {
  return join(paths.logs, `${name}.log`);
}
