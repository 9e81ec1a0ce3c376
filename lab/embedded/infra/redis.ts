import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRedis, pingRedis } from "../../../shared/redis.ts";
import type { LabConfig } from "../../settings/lab-config.ts";
import type { Launch, ProcessSpec } from "../process-spec.ts";
import { logFile, type StatePaths } from "../state/paths.ts";
import { containerName, images, launchContainer } from "./docker-run.ts";
import type { RunningWay } from "./way.ts";

type Options = {
  root: string;
  config: LabConfig;
  paths: StatePaths;
  env: NodeJS.ProcessEnv;
  way: RunningWay;
};

/** A settings file as arguments of redis-server: `save ""` is `--save` and an empty one. */
export function redisArguments(conf: string): string[] {
  return conf
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => {
      const [directive = "", ...values] = line.split(" ");
      return [`--${directive}`, ...values.map((value) => value.replaceAll('"', ""))];
    });
}

function launchImage({ root, config, paths, env, way }: Options & { way: { way: "docker" } }) {
  const settings = redisArguments(readFileSync(join(root, "infra", "redis.conf"), "utf8"));
  // Published on 127.0.0.1 only; inside its container it must listen to the bridge.
  const reachable = ["--bind", "0.0.0.0", "--protected-mode", "no"];
  return launchContainer(
    way.docker,
    { cwd: paths.dir, env },
    {
      name: containerName(paths.dir, "redis"),
      image: images.redis,
      publish: { port: config.ports.redis, inside: 6379 },
      dataDir: "/data",
      command: ["redis-server", ...settings, ...reachable],
    },
  );
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
      way.way === "docker" ? launchImage({ ...options, way }) : launchLocal({ ...options, way }),
    isReady: () => redisAnswers(config.redisUrl),
  };
}
