import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort, isFree } from "../../system/ports/free-ports.ts";
import type { Fetched } from "./fetched.ts";
import type { Java } from "./java.ts";
import { classArchive, launchKafka } from "./local-kafka.ts";

const startMs = 30_000;

/**
 * Runs the broker once in a temporary folder, so that the JVM archives its loaded classes (class data sharing): later starts
 * take half the time. The archive is optional, so failures are ignored.
 */
export async function archiveClasses(options: {
  root: string;
  java: Java;
  fetched: Fetched;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<void> {
  const { root, java, fetched, env, signal } = options;
  const archive = classArchive(fetched);
  if (existsSync(archive)) return;
  const partial = `${archive}.${process.pid}.part`;
  const dataDir = mkdtempSync(join(tmpdir(), "holdup-kafka-"));
  try {
    const port = await freePort("127.0.0.1");
    const launch = await launchKafka({ root, java: java.path, fetched, dataDir, port, env });
    const args = [`-XX:ArchiveClassesAtExit=${partial}`, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"];
    const child = spawn(launch.command, [...args, ...launch.args], {
      cwd: launch.cwd,
      env,
      stdio: "ignore",
      signal,
      killSignal: "SIGKILL",
    });
    const ended = once(child, "exit").catch(() => {});
    const deadline = Date.now() + startMs;
    while (child.exitCode === null && Date.now() < deadline && (await isFree(port, "127.0.0.1"))) {
      await delay(100, undefined, { signal });
    }
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), startMs);
    await ended;
    clearTimeout(killer);
    if (existsSync(partial)) renameSync(partial, archive);
  } catch {
    signal.throwIfAborted();
  } finally {
    rmSync(partial, { force: true });
    rmSync(dataDir, { recursive: true, force: true });
  }
}
