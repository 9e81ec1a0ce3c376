import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { bareEnvironment, root } from "../holdup.ts";

const run = promisify(execFile);
const maxBuffer = 64 * 1024 * 1024;

export type Env = Readonly<Record<string, string>>;

/** Runs docker in the repository's folder; resolves to its output, rejects with its error output when it fails. */
export async function docker(env: Env, ...args: string[]): Promise<string> {
  const options = { cwd: root, env: { ...bareEnvironment(), ...env }, maxBuffer };
  const { stdout } = await run("docker", args, options);
  return stdout.trim();
}

/** Runs a command line as typed by a user. */
export async function shell(env: Env, line: string): Promise<string> {
  const options = { cwd: root, env: { ...bareEnvironment(), ...env }, maxBuffer };
  return (await run("bash", ["-c", line], options)).stdout.trim();
}

/** The containers, volumes and networks of a Compose project on the engine. */
export async function remainsOf(env: Env, project: string): Promise<string[]> {
  const filter = ["--filter", `label=com.docker.compose.project=${project}`];
  const lists = await Promise.all([
    docker(env, "ps", "--all", "--format", "{{.Names}}", ...filter),
    docker(env, "volume", "ls", "--format", "{{.Name}}", ...filter),
    docker(env, "network", "ls", "--format", "{{.Name}}", ...filter),
  ]);
  return lists.flatMap((list) => list.split("\n")).filter((name) => name !== "");
}

/** All volumes of the engine: nameless ones, which images declare, belong to no project. */
export async function volumes(env: Env): Promise<string[]> {
  return (await docker(env, "volume", "ls", "--quiet")).split("\n").filter((name) => name !== "");
}
