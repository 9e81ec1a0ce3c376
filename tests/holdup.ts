import { type ChildProcess, execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { testLabsDir } from "../lab/checks/leftovers.ts";
import { type ProcessEntry, readLabFile } from "../lab/state/lab-file.ts";
import { statePaths } from "../lab/state/paths.ts";
import { isFree } from "../lab/system/ports/free-ports.ts";

export const root = dirname(import.meta.dirname);

export type Ran = { code: number; stdout: string; stderr: string };

const running = new Set<ChildProcess>();
// An interrupted run ends its commands; a `start` that gets the signal ends what it has started.
process.once("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/** Runs `./holdup` as a user would, in a folder of the repository, and waits for its end. */
export function holdup(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...bareEnvironment(), ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(join(root, "holdup"), args, options, (error, stdout, stderr) => {
      running.delete(child);
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, stdout, stderr });
    });
    running.add(child);
    child.stdin?.end();
  });
}

/** This process's environment without the variables that would configure the lab or mark it as a test. */
export function bareEnvironment(): Record<string, string> {
  const isForeign = (name: string) => /^(HOLDUP_|OTEL_|VITEST|NODE_|TEST$)/.test(name);
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || isForeign(name) ? [] : [[name, value]],
    ),
  );
}

const basePorts = [8080, 8090, 29_092, 6379, 4318, 16_686];
/** Above it, 29092 and the offset would lie among the ports that the system gives to outgoing connections. */
const highestOffset = 3600;
/** No two base ports differ by a multiple of it, so two labs whose offsets are multiples share no port. */
const offsetStep = 15;
/** More than the test files that run at the same time. */
const workers = 4;

/** A `--port-offset` that no other worker of this run chooses, and whose ports are all free. */
export async function freeOffset(ports: readonly number[] = basePorts): Promise<number> {
  const worker = Number(process.env["VITEST_POOL_ID"] ?? 0) % workers;
  const choices = Math.floor(highestOffset / (offsetStep * workers));
  for (;;) {
    const choice = 1 + Math.floor(Math.random() * (choices - 1));
    const offset = offsetStep * (workers * choice + worker);
    const free = await Promise.all(ports.map((port) => isFree(port + offset, "127.0.0.1")));
    if (free.every(Boolean)) return offset;
  }
}

export type Lab = {
  readonly env: Readonly<Record<string, string>>;
  readonly apiUrl: string;
  readonly consoleUrl: string;
  readonly jaegerUrl: string;
  readonly kafkaBrokers: string;
  readonly redisUrl: string;
  readonly stateDir: string;
  run(...args: string[]): Promise<Ran>;
  /** Ends the lab and removes its data. */
  stop(): Promise<void>;
};

const testDir = testLabsDir(root);

/** Starts a lab with its own state folder and ports, at a hundredth of the work. */
export async function startLab(env: Readonly<Record<string, string>> = {}, ...args: string[]): Promise<Lab> {
  const lab = await describeLab(env);
  const started = await lab.run("start", ...args);
  if (started.code !== 0) {
    await lab.stop();
    throw new Error(`the lab did not start:\n${started.stdout}\n${started.stderr}`);
  }
  return lab;
}

/** The same lab, but not started. */
export async function describeLab(env: Readonly<Record<string, string>> = {}): Promise<Lab> {
  const offset = await freeOffset();
  const stateDir = join(testDir, `${process.pid}-${offset}`);
  mkdirSync(testDir, { recursive: true });
  const labEnv = {
    HOLDUP_STATE_DIR: stateDir,
    HOLDUP_PORT_OFFSET: `${offset}`,
    HOLDUP_WORKLOAD_SCALE: "0.01",
    ...env,
  };
  const run = (...words: string[]) => holdup(words, labEnv);
  return {
    env: labEnv,
    apiUrl: `http://127.0.0.1:${8080 + offset}`,
    consoleUrl: `http://127.0.0.1:${8090 + offset}`,
    jaegerUrl: `http://127.0.0.1:${16_686 + offset}`,
    kafkaBrokers: `127.0.0.1:${29_092 + offset}`,
    redisUrl: `redis://127.0.0.1:${6379 + offset}`,
    stateDir,
    run,
    async stop() {
      const stopped = await run("stop", "--clean");
      if (stopped.code !== 0) throw new Error(`the lab did not stop:\n${stopped.stdout}\n${stopped.stderr}`);
    },
  };
}

/** The lab's processes, from its state folder. */
export function processesOf(lab: Lab): readonly ProcessEntry[] {
  return readLabFile(statePaths(lab.stateDir).labFile)?.processes ?? [];
}

/** Pid of a process by its name, such as `processing-service-1` or `kafka`. */
export function pidOf(lab: Lab, name: string): number {
  const pid = processesOf(lab).find((process) => process.name === name)?.running?.pid;
  if (pid === undefined) throw new Error(`${name} does not run`);
  return pid;
}
