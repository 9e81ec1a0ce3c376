import { spawn } from "node:child_process";
import { join } from "node:path";

export type Check = { readonly name: string; readonly command: string; readonly args: readonly string[] };

/** The checks besides Vitest's tests; each counts as one test. */
export const checks: readonly Check[] = [
  { name: "Biome: format and lint", command: "biome", args: ["ci", "--colors=off", "."] },
  { name: "TypeScript: types", command: "tsc", args: ["--noEmit", "--pretty", "false"] },
  {
    name: "TypeScript: types of the console's page",
    command: "tsc",
    args: ["--noEmit", "--pretty", "false", "--project", "console/page"],
  },
  {
    name: "dependency-cruiser: allowed imports",
    command: "depcruise",
    args: ["--config", ".dependency-cruiser.json", "--no-progress", "."],
  },
  { name: "knip: unused files and exports", command: "knip", args: ["--no-progress"] },
];

/** Runs one check; resolves to its result and its whole output. */
export function runCheck(
  root: string,
  check: Check,
  env: NodeJS.ProcessEnv,
): Promise<{ passed: boolean; output: string }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(join(root, "node_modules", ".bin", check.command), check.args, { cwd: root, env });
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", (error) => resolve({ passed: false, output: error.message }));
    child.once("close", (code) =>
      resolve({ passed: code === 0, output: Buffer.concat(chunks).toString("utf8") }),
    );
  });
}
