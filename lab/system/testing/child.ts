import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** A Node process that has run `script` and written to standard output; killed after the test. */
export async function startChild(script: string): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ["-e", `${script};console.log("up")`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  if (child.stdout) await once(child.stdout, "data");
  const { pid } = child;
  if (pid === undefined) throw new Error("no pid");
  return Object.assign(child, { pid });
}
