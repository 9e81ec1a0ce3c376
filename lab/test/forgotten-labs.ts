import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Where test runs keep their labs; each folder is named `<pid of the test process>-<port offset>`. */
export function testLabsDir(root: string): string {
  return join(root, ".holdup", "test", "labs");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Stops and removes the labs of test processes that are gone: they were interrupted or killed. */
export async function stopForgottenLabs(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  const dir = testLabsDir(root);
  const forgotten = (existsSync(dir) ? readdirSync(dir) : []).filter(
    (name) => !isAlive(Number.parseInt(name, 10)),
  );
  for (const name of forgotten) {
    const stop = [join(root, "lab", "main.ts"), "stop", "--clean"];
    await new Promise<void>((resolve) => {
      spawn(process.execPath, stop, {
        env: { ...env, HOLDUP_STATE_DIR: join(dir, name) },
        stdio: "ignore",
        detached: true,
      })
        .once("error", () => resolve())
        .once("exit", () => resolve());
    });
  }
}
