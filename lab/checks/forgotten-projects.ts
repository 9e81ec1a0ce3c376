import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isAlive } from "./leftovers.ts";

const run = promisify(execFile);

/** Of Compose projects that tests start, named `holdup-test-<pid of the test process>-<name>`, those whose process is gone. */
export function forgottenIn(projects: readonly string[], isRunning: (pid: number) => boolean): string[] {
  return projects.filter((project) => {
    const pid = /^holdup-test-(\d+)-/.exec(project)?.[1];
    return pid !== undefined && !isRunning(Number(pid));
  });
}

/** Removes the containers, data and images of test processes that were interrupted or killed. Does nothing without an engine. */
export async function removeForgottenProjects(env: NodeJS.ProcessEnv): Promise<void> {
  const docker = async (...args: string[]) => (await run("docker", args, { env })).stdout.trim();
  const list = await docker("compose", "ls", "--all", "--quiet").catch(() => "");
  for (const project of forgottenIn(list.split("\n"), isAlive)) {
    const down = ["down", "--volumes", "--remove-orphans", "--timeout", "5"];
    await docker("compose", "--project-name", project, ...down).catch(() => {});
    await docker("image", "rm", "--force", `${project}-service`).catch(() => {});
  }
}
