import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const root = dirname(import.meta.dirname);
const folders =
  /^(?:[a-z]+-service|bench|console|core|docs|explain|infra|lab|shared|tests|tracestore|traffic|workloads)\//;

/** Paths of the repository that a document names in backticks or links to; `*`, `{` and `<` mark patterns. */
function pathsIn(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)].map(([, path = ""]) => path);
  const linked = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, path = ""]) => join(dirname(file), path));
  return [...quoted, ...linked].filter((path) => folders.test(path) && !/[*{<…]/.test(path));
}

const documents = globSync(["*.md", "docs/**/*.md"], { cwd: root }).sort();

it.each(documents)("%s names only files that exist", (file) => {
  expect(pathsIn(file).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
