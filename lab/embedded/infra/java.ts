import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Env } from "../../system/env.ts";
import { findProgram, isProgram } from "../../system/process/find-program.ts";

export const oldestJava = 17;

export type Java = { readonly path: string; readonly home: string; readonly major: number };

/** Asks a java program for its version and home; undefined when it is not a JVM, such as macOS's stub on PATH. */
function askJava(path: string, env: Env): Promise<Java | undefined> {
  return new Promise((resolve) => {
    const args = ["-Xshare:auto", "-XshowSettings:properties", "-version"];
    execFile(path, args, { env: { ...env }, timeout: 10_000 }, (error, stdout, stderr) => {
      const output = `${stdout}\n${stderr}`;
      const version = /^\s*java\.specification\.version = (?:1\.)?(\d+)/m.exec(output)?.[1];
      const home = /^\s*java\.home = (.+)$/m.exec(output)?.[1];
      resolve(error || !version || !home ? undefined : { path, home: home.trim(), major: Number(version) });
    });
  });
}

/**
 * The Java to use, from JAVA_HOME or PATH: the first one that is new enough, else the first found, so that the error message
 * can name it.
 */
export async function findJava(env: Env): Promise<Java | undefined> {
  const home = (env["JAVA_HOME"] ?? "").trim();
  const candidates = [home === "" ? undefined : join(home, "bin", "java"), findProgram("java", env)];
  let tooOld: Java | undefined;
  for (const path of candidates) {
    if (path === undefined || !isProgram(path)) continue;
    const java = await askJava(path, env);
    if (java && java.major >= oldestJava) return java;
    tooOld ??= java;
  }
  return tooOld;
}
