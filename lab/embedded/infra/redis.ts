import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRedis, pingRedis } from "../../../shared/redis.ts";
import { logFile } from "../../state/process-log.ts";
import type { LabPlace, Launch, ProcessSpec } from "../process-spec.ts";
import type { OwnRuntime } from "./choose-infra.ts";
import { containerName, images, launchContainer } from "./docker-run.ts";

type Options = LabPlace & { readonly runtime: OwnRuntime };

/** A settings file as arguments of redis-server: `save ""` becomes `--save` and an empty argument. */
export function redisArguments(conf: string): string[] {
  return conf
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => {
      const [directive = "", ...values] = line.split(" ");
      return [`--${directive}`, ...values.map((value) => value.replaceAll('"', ""))];
    });
}

function launchImage({ root, config, paths, env, runtime }: Options & { runtime: { kind: "docker" } }) {
  const settings = redisArguments(readFileSync(join(root, "infra", "redis.conf"), "utf8"));
  // The port is published on 127.0.0.1 only; inside its container Redis must listen on the bridge.
  const listen = ["--bind", "0.0.0.0", "--protected-mode", "no"];
  return launchContainer(
    runtime.docker,
    { cwd: paths.dir, env },
    {
      name: containerName(paths.dir, "redis"),
      image: images.redis,
      publish: { port: config.ports.redis, inside: 6379 },
      dataDir: "/data",
      command: ["redis-server", ...settings, ...listen],
    },
  );
}

async function launchLocal({ root, config, paths, env, runtime }: Options & { runtime: { kind: "local" } }) {
  mkdirSync(paths.redisData, { recursive: true });
  const place = ["--bind", "127.0.0.1", "--port", String(config.ports.redis), "--dir", paths.redisData];
  return {
    command: runtime.fetched.redis,
    args: [join(root, "infra", "redis.conf"), ...place],
    env,
    cwd: paths.redisData,
  };
}

/** Whether Redis answers PONG, which it does not while it is loading its file. */
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

/** The Redis that the lab runs. */
export function redisSpec(options: Options): ProcessSpec {
  const { config, paths, runtime } = options;
  return {
    name: "redis",
    service: "redis",
    kind: "redis",
    port: config.ports.redis,
    reportsPort: false,
    log: logFile(paths, "redis"),
    ...(runtime.kind === "docker" ? { container: containerName(paths.dir, "redis") } : {}),
    launch: (): Promise<Launch> =>
      runtime.kind === "docker" ? launchImage({ ...options, runtime }) : launchLocal({ ...options, runtime }),
    isReady: () => redisAnswers(config.redisUrl),
  };
}
