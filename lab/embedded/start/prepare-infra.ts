import type { Progress } from "../../../core/progress.ts";
import { pullMissing } from "../../system/docker/images.ts";
import type { Env } from "../../system/env.ts";
import { archiveClasses } from "../infra/archive-classes.ts";
import { chooseInfra, type InfraRuntime } from "../infra/choose-infra.ts";
import { images } from "../infra/docker-run.ts";
import { fetchInfra } from "../infra/fetch.ts";

type Options = {
  root: string;
  env: Env;
  external: { kafka: boolean; redis: boolean };
  progress: Progress;
  signal: AbortSignal;
};

/**
 * Chooses how Kafka and Redis run. The function it returns then fetches what is missing.
 *
 * @throws HoldupError HOLDUP_INFRA_MISSING when nothing can run them, HOLDUP_INFRA_FAILED when a fetch fails,
 *   HOLDUP_STOPPING when `signal` aborts a pull
 */
export async function prepareInfra(options: Options): Promise<() => Promise<InfraRuntime>> {
  const { root, env, external, progress, signal } = options;
  const choice = await chooseInfra(options);
  return async () => {
    if (choice.kind === "external") return choice;
    if (choice.kind === "docker") {
      const own = (["kafka", "redis"] as const).filter((name) => !external[name]);
      await pullMissing(
        choice.docker,
        own.map((name) => images[name]),
        options,
      );
      return choice;
    }
    const { java } = choice;
    if (choice.kind === "local") return { ...choice, java: java.path };
    const fetched = await fetchInfra({ root, mvn: choice.mvn, javaHome: java.home, env, progress, signal });
    progress.now("preparing Kafka for fast starts (about 6 s, only once)");
    await archiveClasses({ root, java, fetched, env: { ...env }, signal });
    progress.done("Kafka is prepared for fast starts");
    return { kind: "local", java: java.path, fetched };
  };
}
