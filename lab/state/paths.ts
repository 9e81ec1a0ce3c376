import { join } from "node:path";

export type StatePaths = ReturnType<typeof statePaths>;

/** Files and folders of one lab: everything that `stop --clean` removes is listed here. */
export function statePaths(dir: string) {
  const data = join(dir, "data");
  return Object.freeze({
    dir,
    /** Marks the folder as a lab's. */
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
