import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createRedis, pingRedis } from "../../shared/redis.ts";
import type { LabConfig } from "../settings.ts";
import { logFile, type StatePaths } from "../state/paths.ts";
import type { Launch, ProcessSpec } from "../supervisor/process-spec.ts";
import { containerName, dockerRun, images, removeContainer } from "./docker.ts";
import type { RunningWay } from "./way.ts";

type Options = {
  root: string;
  config: LabConfig;
  paths: StatePaths;
  env: NodeJS.ProcessEnv;
  way: RunningWay;
};

async function launchContainer({ root, config, paths, env, way }: Options & { way: { way: "docker" } }) {
  const name = containerName(paths.dir, "redis");
  await removeContainer(way.docker, name);
  const conf = join(root, "infra", "redis.conf");
  return {
    command: way.docker,
    args: dockerRun({
      name,
      image: images.redis,
      publish: { port: config.ports.redis, inside: 6379 },
      mounts: [`${name}:/data`, `${conf}:/usr/local/etc/redis/redis.conf:ro`],
      // Published on 127.0.0.1 only; inside its container it must listen to the bridge.
      command: [
        "redis-server",
        "/usr/local/etc/redis/redis.conf",
        "--bind",
        "0.0.0.0",
        "--protected-mode",
        "no",
      ],
    }),
    env,
    cwd: paths.dir,
  };
}

async function launchLocal({ root, config, paths, env, way }: Options & { way: { way: "local" } }) {
  mkdirSync(paths.redisData, { recursive: true });
  const place = ["--bind", "127.0.0.1", "--port", String(config.ports.redis), "--dir", paths.redisData];
  return {
    command: way.fetched.redis,
    args: [join(root, "infra", "redis.conf"), ...place],
    env,
    cwd: paths.redisData,
  };
}

/** True when Redis says PONG, which it does not while it still loads its file. */
export async function redisAnswers(url: string): Promise<boolean> {
  const redis = createRedis(url);
  try {
    await pingRedis(redis);
    return true;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

export function redisSpec(options: Options): ProcessSpec {
  const { config, paths, way } = options;
  return {
    name: "redis",
    service: "redis",
    kind: "redis",
    port: config.ports.redis,
    saysItsPort: false,
    log: logFile(paths, "redis"),
    ...(way.way === "docker" ? { container: containerName(paths.dir, "redis") } : {}),
    launch: (): Promise<Launch> =>
      way.way === "docker" ? launchContainer({ ...options, way }) : launchLocal({ ...options, way }),
    isReady: () => redisAnswers(config.redisUrl),
  };
}
