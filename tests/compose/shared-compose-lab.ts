import type { TestProject } from "vitest/node";
import { isAlive } from "../../lab/test/forgotten-labs.ts";
import { describeComposeLab, freeOffset } from "./compose-lab.ts";
import { docker, type Env, remainsOf, volumes } from "./docker.ts";

let end: (() => Promise<void>) | undefined;

/** Removes what test runs left that were killed. */
async function removeForgotten(env: Env): Promise<void> {
  const projects = (await docker(env, "compose", "ls", "--all", "--quiet")).split("\n");
  for (const project of projects) {
    const pid = /^holdup-test-(\d+)-/.exec(project)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await docker(env, "compose", "--project-name", project, "down", "--volumes", "--timeout", "5");
  }
}

/** The shipped docker-compose.yml, started as the README says. Ends with nothing left of it. */
export async function setup(project: TestProject): Promise<void> {
  const lab = describeComposeLab("lab", await freeOffset());
  await removeForgotten(lab.env);
  const volumesBefore = await volumes(lab.env);
  end = async () => {
    await docker(lab.env, "compose", "down", "--volumes", "--timeout", "20");
    const remains = [
      ...(await remainsOf(lab.env, lab.project)),
      ...(await volumes(lab.env)).filter(
        (name) => !volumesBefore.includes(name) && /^[0-9a-f]{64}$/.test(name),
      ),
    ];
    await docker(lab.env, "image", "rm", "--force", `${lab.project}-service`);
    if (remains.length > 0) throw new Error(`docker compose down left behind: ${remains.join(", ")}`);
  };
  try {
    await docker(lab.env, "compose", "up", "--build", "-d", "--wait");
  } catch (thrown) {
    const states = await docker(lab.env, "compose", "ps", "--all");
    await end().catch(() => {});
    throw new Error(`docker compose up --build -d --wait failed:\n${states}`, { cause: thrown });
  }
  project.provide("composeLab", lab);
}

export async function teardown(): Promise<void> {
  await end?.();
}
