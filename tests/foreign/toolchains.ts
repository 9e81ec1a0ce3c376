import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../core/errors.ts";
import { findJava, oldestJava } from "../../lab/embedded/infra/java.ts";
import { findProgram } from "../../lab/system/process/find-program.ts";
import { bareEnvironment, root } from "../holdup.ts";

const execute = promisify(execFile);
const env = bareEnvironment();

export const languages = ["node", "python", "go", "java"] as const;
export type Language = (typeof languages)[number];

/** A language's programs, ready to run: the folder that `command` of a library refers to. */
export type Toolchain = { readonly language: Language; readonly dir: string };

const sources = join(import.meta.dirname, "programs");
const installs = join(root, ".holdup", "foreign");

/** Runs one step of an installation; an error ends with the last lines of its output. */
async function step(command: string, args: readonly string[], cwd: string): Promise<void> {
  const options = { cwd, env, maxBuffer: 64 * 1024 * 1024, timeout: 15 * 60_000 };
  await execute(command, args, options).catch((thrown: unknown) => {
    const text = thrown instanceof Error && "stderr" in thrown ? `${thrown.stderr}` : messageOf(thrown);
    throw new Error(`${command} ${args[0]} failed:\n${text.trim().split("\n").slice(-8).join("\n")}`);
  });
}

/** Hash of a folder's files, and of what else an installation depends on. */
function stampOf(dir: string, files: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(JSON.stringify(files));
  for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(dir, name);
    hash.update(name);
    if (/\.\w+$/.test(name)) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

type Recipe = {
  /** What is missing on this machine, or undefined. */
  readonly lacks: () => Promise<string | undefined>;
  /** Builds the programs, which have been copied to `dir`. */
  readonly build: (dir: string) => Promise<void>;
};

function lacksPrograms(...names: readonly string[]): string | undefined {
  const missing = names.filter((name) => findProgram(name, env) === undefined);
  return missing.length === 0 ? undefined : `${missing.join(" and ")} not on PATH`;
}

const recipes: Readonly<Record<Language, Recipe>> = {
  node: { lacks: async () => undefined, build: async () => {} },
  python: {
    lacks: async () => {
      const missing = lacksPrograms("python3");
      if (missing !== undefined) return missing;
      const canInstall = ["-c", "import ensurepip, venv"];
      return execute("python3", canInstall, { env }).then(
        () => undefined,
        () => "python3 has no venv",
      );
    },
    build: async (dir) => {
      await step("python3", ["-m", "venv", "venv"], dir);
      await step(join(dir, "venv", "bin", "pip"), ["install", "--quiet", "-r", "requirements.txt"], dir);
    },
  },
  go: {
    lacks: async () => lacksPrograms("go"),
    build: (dir) => step("go", ["build", "-o", "bin/", "./..."], dir),
  },
  java: {
    lacks: async () => {
      const java = await findJava(env);
      if (!java || java.major < oldestJava) return `no Java ${oldestJava} or newer`;
      return lacksPrograms("mvn");
    },
    build: async (dir) => {
      for (const profile of ["boot4", "boot3"]) {
        await step("mvn", ["--batch-mode", "--quiet", `-P${profile}`, "process-classes"], dir);
      }
    },
  },
};

/**
 * Copies a language's programs to `.holdup/foreign/<language>`, with `files` beside them, and installs what they need there.
 * Does nothing when that has been done for the same programs.
 *
 * @throws Error when a step fails
 */
export async function prepareToolchain(
  language: Language,
  files: Readonly<Record<string, string>>,
): Promise<Toolchain> {
  const source = join(sources, language);
  // Node runs them where they are: their packages are the repository's.
  if (language === "node") return { language, dir: source };
  const dir = join(installs, language);
  const stampFile = join(installs, `${language}.stamp`);
  const stamp = stampOf(source, files);
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return { language, dir };
  rmSync(stampFile, { force: true });
  mkdirSync(dir, { recursive: true });
  cpSync(source, dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  await recipes[language].build(dir);
  writeFileSync(stampFile, stamp);
  return { language, dir };
}

/** Why a language's programs cannot run on this machine; undefined when they can. */
export function whyNot(language: Language): Promise<string | undefined> {
  return recipes[language].lacks();
}
