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
import type { Env } from "../../settings/lab-config.ts";
import { startTimeOf } from "../../system/process/identity.ts";
import type { Progress } from "../../system/progress.ts";
import { type Fetched, findFetched, infraDir, redisBinary, wantedStamp } from "./fetched.ts";

/** About what a first fetch brings, Maven's own plugin included; only for the progress line. */
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
      progress.now(`Fetching Kafka and Redis with Maven: ${files} files of about ${expectedFiles}`);
    });
    child.stderr.on("data", (chunk) => out.write(chunk));
    child.once("error", reject);
    child.once("close", (code) => out.end(() => resolve(code)));
  });
}

/** What fetches left that were killed; the folder's name ends with the pid of its owner. */
function removeAbandoned(dir: string): void {
  if (!existsSync(dirname(dir))) return;
  for (const name of readdirSync(dirname(dir))) {
    const pid = /^infra\.(\d+)\.part$/.exec(name)?.[1];
    if (pid === undefined || startTimeOf(Number(pid)) !== undefined) continue;
    rmSync(join(dirname(dir), name), { recursive: true, force: true });
  }
}

/**
 * Fetches Kafka's jars and a redis-server with Maven, into a folder of its own that takes its final name only when it
 * is complete: a fetch that was killed leaves nothing that looks fetched.
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
    progress.now("Fetching Kafka and Redis with Maven, once (about 60 MB)");
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
        `Maven could not fetch Kafka and Redis (exit status ${code}):\n  ${errors.slice(0, 5).join("\n  ")}\nAll of its output: ${log}`,
      );
    }
    chmodSync(join(partial, "redis", String(binary)), 0o755);
    writeFileSync(join(partial, "stamp"), wantedStamp(root));
    // Another lab of this repository may have fetched meanwhile, and run from there already.
    if (!findFetched(root)) {
      rmSync(dir, { recursive: true, force: true });
      renameSync(partial, dir);
    }
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  const fetched = findFetched(root);
  if (!fetched)
    throw new HoldupError("HOLDUP_INFRA_FAILED", `Maven left no complete fetch in ${dir}; see ${log}.`);
  progress.done("Kafka and Redis are fetched");
  return fetched;
}
