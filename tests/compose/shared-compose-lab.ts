import type { TestProject } from "vitest/node";
import { removeLeftoverProjects } from "../../lab/checks/leftovers.ts";
import { bareEnvironment } from "../holdup.ts";
import { describeComposeLab, freeComposeOffset } from "./compose-lab.ts";
import { docker, remainsOf, volumes } from "./docker.ts";

let end: (() => Promise<void>) | undefined;

/** Starts the shipped docker-compose.yml as the README says. At the end, nothing of it must be left. */
export async function setup(project: TestProject): Promise<void> {
  const lab = describeComposeLab("lab", await freeComposeOffset());
  await removeLeftoverProjects(bareEnvironment());
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
