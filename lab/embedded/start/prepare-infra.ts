import type { Env } from "../../settings/lab-config.ts";
import { pullImage } from "../../system/docker/images.ts";
import type { Progress } from "../../system/progress.ts";
import { archiveClasses } from "../infra/archive-classes.ts";
import { chooseInfra } from "../infra/choose-infra.ts";
import { hasImage, images } from "../infra/docker-run.ts";
import { fetchInfra } from "../infra/fetch.ts";
import type { AnyWay } from "../infra/way.ts";

type Options = {
  root: string;
  env: Env;
  external: { kafka: boolean; redis: boolean };
  progress: Progress;
  signal: AbortSignal;
};

/**
 * Chooses how Kafka and Redis run, and fetches what that needs and is not there yet.
 *
 * @throws HoldupError HOLDUP_INFRA_MISSING when nothing can run them, HOLDUP_INFRA_FAILED when a fetch fails,
 *   HOLDUP_STOPPING when `signal` called off a pull
 */
export async function prepareInfra(options: Options): Promise<() => Promise<AnyWay>> {
  const { root, env, external, progress, signal } = options;
  const choice = await chooseInfra(options);
  return async () => {
    if (choice.way === "external") return choice;
    if (choice.way === "docker") {
      for (const what of ["kafka", "redis"] as const) {
        if (external[what] || (await hasImage(choice.docker, images[what]))) continue;
        progress.now(`pulling the image ${images[what]}, once`);
        await pullImage(choice.docker, images[what], options);
        progress.done(`pulled ${images[what]}`);
      }
      return choice;
    }
    const { java } = choice;
    if (choice.way === "local") return { ...choice, java: java.path };
    const fetched = await fetchInfra({ root, mvn: choice.mvn, javaHome: java.home, env, progress, signal });
    progress.now("preparing Kafka for fast starts, once (about 6 s)");
    await archiveClasses({ root, java, fetched, env: { ...env }, signal });
    progress.done("Kafka is prepared for fast starts");
    return { way: "local", java: java.path, fetched };
  };
}
