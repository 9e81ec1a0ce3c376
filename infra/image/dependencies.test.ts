import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";

const root = dirname(dirname(import.meta.dirname));
const manifest = z.looseObject({ dependencies: z.record(z.string(), z.string()) });

/** What the image runs or compiles; see Dockerfile and lab/embedded/start/compile.ts. */
const programs = "{*-service,core,shared,workloads,traffic,explain,tracestore,console,infra}/**/*.ts";
const elsewhere = [
  "**/*.{test,fixture}.ts",
  "**/testing/**",
  "console/page/**",
  "console/build.ts",
  "explain/{cli,package}/**",
];

function packagesIn(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const imports = text.matchAll(/^import (?:[^;"]* from )?"([^".][^"]*)";/gm);
  return [...imports]
    .filter(([statement]) => !statement.startsWith("import type"))
    .map(([, from = ""]) => from.split("/", from.startsWith("@") ? 2 : 1).join("/"))
    .filter((name) => !isBuiltin(name));
}

it("the image has exactly the packages that its programs import, and patch-package", () => {
  const files = globSync(programs, { cwd: root, exclude: elsewhere });
  const { dependencies } = manifest.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8")),
  );
  expect(Object.keys(dependencies).sort()).toEqual(
    [...new Set([...files.flatMap(packagesIn), "patch-package"])].sort(),
  );
});
