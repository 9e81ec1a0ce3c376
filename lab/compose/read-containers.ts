import type Docker from "dockerode";
import { containerReading } from "../usage/container-reading.ts";
import type { Reading } from "../usage/reading.ts";
import type { Container } from "./compose-project.ts";

/** One reading of every container that runs, all at the same time; `one-shot` because a reading is compared with one of ours. */
export async function readContainers(
  engine: Docker,
  containers: readonly Container[],
): Promise<readonly Reading[]> {
  const running = containers.filter(({ state }) => state === "running" || state === "paused");
  const readings = await Promise.all(
    running.map(async ({ id, name, service }) => {
      const container = engine.getContainer(id);
      const answer: unknown = await container
        .stats({ stream: false, "one-shot": true })
        .catch(() => undefined);
      return containerReading({ id, name, service }, answer) ?? [];
    }),
  );
  return readings.flat();
}
