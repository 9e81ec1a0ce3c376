import type Docker from "dockerode";
import type { Env } from "../settings/lab-config.ts";
import { connectEngine } from "../system/docker/connect-engine.ts";
import { findEngine } from "../system/docker/find-engine.ts";
import { type Container, listContainers, projectName } from "./compose-project.ts";

/** The Compose lab as its engine tells: nothing about it is kept elsewhere. */
export type ComposeProject = {
  readonly docker: string;
  readonly engine: Docker;
  readonly containers: readonly Container[];
  /** Of the docker-compose.yml that it was started from; undefined without containers. */
  readonly folder: string | undefined;
};

/** @throws HoldupError HOLDUP_INFRA_MISSING, one line, when there is no engine that can run it */
export async function openProject(env: Env): Promise<ComposeProject> {
  const { docker } = await findEngine(env);
  const engine = await connectEngine(docker, env);
  return { docker, engine, ...(await listContainers(engine, projectName(env))) };
}
