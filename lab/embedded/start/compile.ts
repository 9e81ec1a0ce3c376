import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { serviceNames } from "../../../shared/pipeline/stages.ts";
import type { Env } from "../../system/env.ts";
import { nodeFlags } from "../../system/process/node-flags.ts";

const sources = [
  ...serviceNames,
  "core",
  "shared",
  "workloads",
  "tracestore",
  "explain",
  "traffic",
  "console",
];

/** Tests with their helpers, the console's page, which Vite builds, and the command and the package of explain. */
const notCompiled = /(^|[./])(test|fixture|d)\.ts$|(^|\/)testing\/|^(page|cli|package)\/|^build\.ts$/;

function modulesOf(root: string): { programs: string[]; modules: string[] } {
  const all = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !notCompiled.test(file))
      .map((file) => join(root, folder, file)),
  );
  const isProgram = (file: string) => basename(file) === "main.ts";
  return { programs: all.filter(isProgram), modules: all.filter((file) => !isProgram(file)) };
}

/**
 * Imports the modules, and compiles the programs without running them: the import of a name that does not exist fails after
 * everything is compiled and linked, and before anything is evaluated.
 */
const importAll = `
  const [programs, modules] = JSON.parse(process.argv[1]);
  await Promise.all(modules.map((url) => import(url)));
  const imports = programs.map((url) => "import " + JSON.stringify(url) + ";");
  const unlinkable = [...imports, 'import { none } from "node:os";'].join("");
  await import("data:text/javascript," + encodeURIComponent(unlinkable)).catch(() => {});
  process.exit();
`;

/**
 * Fills the compile cache (NODE_COMPILE_CACHE) when a module has changed since the last time: a process that finds its
 * modules there loads no TypeScript compiler, which takes 20 MB of memory in every process and 15 MB in every worker
 * thread. The cache is optional, so failures are ignored.
 */
export async function compile(options: { root: string; env: Env; signal: AbortSignal }): Promise<void> {
  const { root, env, signal } = options;
  const cache = env["NODE_COMPILE_CACHE"];
  if (!cache) return;
  const stamp = join(cache, "stamp");
  const { programs, modules } = modulesOf(root);
  const compiledMs = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  if ([...programs, ...modules].every((file) => statSync(file).mtimeMs < compiledMs)) return;
  const urls = [programs, modules].map((files) => files.map((file) => pathToFileURL(file).href));
  const preload = ["--import", "./shared/telemetry/preload.ts"];
  const args = [...nodeFlags, ...preload, "--input-type=module", "-e", importAll, JSON.stringify(urls)];
  await new Promise<void>((resolve) => {
    spawn(process.execPath, args, {
      cwd: root,
      env: { ...env, OTEL_SDK_DISABLED: "true" },
      stdio: "ignore",
      signal,
    })
      .once("error", () => resolve())
      .once("exit", (code) => {
        if (code === 0) writeFileSync(stamp, "");
        resolve();
      });
  });
}
