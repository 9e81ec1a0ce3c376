import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile as readText, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { explain } from "holdup/explain";
import type { Explanation } from "holdup/explain/explanation";
import { readFile } from "holdup/explain/read-file";
import { readJaeger } from "holdup/explain/read-jaeger";
import { expect, it, onTestFinished } from "vitest";
import { handled, offset, sent } from "./deliveries/spans.fixture.ts";
import { explain as byPath } from "./explain.ts";
import { encodeJaeger } from "./read/encode.fixture.ts";
import type { Span } from "./span.ts";

const root = dirname(import.meta.dirname);
const run = promisify(execFile);

it("is importable by the package name within the project", () => {
  const found: Explanation = explain([]);
  expect(found).toEqual(byPath([]));
  expect([readFile, readJaeger].map((one) => typeof one)).toEqual(["function", "function"]);
});

it("is importable from another project that has this folder installed", async () => {
  const project = await mkdtemp(join(tmpdir(), "holdup-library-"));
  onTestFinished(() => rm(project, { recursive: true }));
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "another", type: "module" }));
  const docs = await readText(join(root, "docs/explain.md"), "utf8");
  const example = /```ts\n(.*?)```/s.exec(docs)?.[1] ?? "";
  await writeFile(join(project, "main.ts"), `${example}\nimport "holdup/explain/read-jaeger";\n`);
  await writeFile(join(project, "traces.json"), encodeJaeger(twoMessages()).text);
  // As `npm install <folder>` does.
  await mkdir(join(project, "node_modules"));
  await symlink(root, join(project, "node_modules", "holdup"));
  const { stdout, stderr } = await run(process.execPath, ["main.ts"], { cwd: project });
  expect(stderr).toBe("");
  expect(stdout).toBe(
    `head-of-line in g: ${explain(twoMessages()).problems[0]?.why}\norder 1, undefined, cost 1 messages 8.99 s\n`,
  );
});

/** The second message waits for the first, which takes nine seconds. */
function twoMessages(): Span[] {
  return [
    { at: 0, start: 1, for: 9000 },
    { at: 11, start: 9002, for: 5 },
  ].flatMap(({ at, start, for: length }, n) => {
    const traceId = `${n + 1}`.repeat(32);
    const [sendId, runId] = ["a", "b"].map((letter) => `${n}`.padEnd(16, letter));
    return [
      sent({ id: sendId ?? "", traceId, at, for: 0 }),
      handled({ id: runId ?? "", traceId, parentSpanId: sendId, at: start, for: length, facts: offset(n) }),
    ];
  });
}
