import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { leadingSentence, listBenches } from "./bench.ts";

describe("leadingSentence", () => {
  it.each([
    [
      "/**\n * Takes spans in,\n * as fast as it can. More of it.\n */\nimport x;",
      "Takes spans in, as fast as it can.",
    ],
    ["// Compares v1.2 with\n// v1.3\nimport x;", "Compares v1.2 with v1.3"],
    ["#!/usr/bin/env node\n/* One line. */", "One line."],
    ["import x;\n// not the leading comment", ""],
  ])("of %j is %j", (source, sentence) => {
    expect(leadingSentence(source)).toBe(sentence);
  });
});

it("lists only the programs of bench/, without tests and other files", async () => {
  const root = await mkdtemp(join(tmpdir(), "holdup-bench-"));
  onTestFinished(() => rm(root, { recursive: true }));
  expect(await listBenches(root)).toEqual([]);
  await mkdir(join(root, "bench", "fixtures"), { recursive: true });
  for (const file of ["b.ts", "a.ts", "a.test.ts", "notes.md"])
    await writeFile(join(root, "bench", file), "");
  expect(await listBenches(root)).toEqual(["a", "b"]);
});
