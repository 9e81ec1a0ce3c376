import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { explain } from "holdup/explain";
import type { Explanation } from "holdup/explain/explanation";
import { readFile } from "holdup/explain/read-file";
import { readJaeger } from "holdup/explain/read-jaeger";
import { expect, it, onTestFinished } from "vitest";
import { explain as byPath } from "./explain.ts";

const root = dirname(import.meta.dirname);
const run = promisify(execFile);

it("is imported by the package's name within the project", () => {
  const found: Explanation = explain([]);
  expect(found).toEqual(byPath([]));
  expect([readFile, readJaeger].map((one) => typeof one)).toEqual(["function", "function"]);
});

it("is imported by another project that has this folder installed", async () => {
  const project = await mkdtemp(join(tmpdir(), "holdup-library-"));
  onTestFinished(() => rm(project, { recursive: true }));
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "another", type: "module" }));
  await writeFile(
    join(project, "main.ts"),
    `import { createExplainer } from "holdup/explain";
     import { readFile } from "holdup/explain/read-file";
     import "holdup/explain/read-jaeger";

     const explainer = createExplainer();
     for await (const spans of readFile("traces.json", console.error)) for (const span of spans) explainer.add(span);
     console.log(explainer.finish().window.orders);
    `,
  );
  const span = { traceId: "a1", id: "b2", kind: "CONSUMER", timestamp: 1_767_225_600_000_000, duration: 5 };
  const tags = {
    "messaging.system": "kafka",
    "messaging.destination.name": "t",
    "messaging.operation": "process",
  };
  const traces = [{ ...span, name: "t process", localEndpoint: { serviceName: "s" }, tags }];
  await writeFile(join(project, "traces.json"), JSON.stringify(traces));
  // What `npm install <folder>` does.
  await mkdir(join(project, "node_modules"));
  await symlink(root, join(project, "node_modules", "holdup"));
  const { stdout, stderr } = await run(process.execPath, ["main.ts"], { cwd: project });
  expect({ stdout, stderr }).toEqual({ stdout: "1\n", stderr: "" });
});
