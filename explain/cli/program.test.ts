import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { encodeJaeger } from "../read/encode.fixture.ts";
import { nodeRefusal } from "./node-version.ts";

const traceId = "a".repeat(32);
const traces = encodeJaeger([
  sent({ id: "1".repeat(16), traceId, at: 0, for: 0 }),
  handled({
    id: "2".repeat(16),
    traceId,
    parentSpanId: "1".repeat(16),
    at: 1000,
    for: 100,
    facts: offset(1),
  }),
]).text;

/** Runs the command without a lab. */
async function run(args: readonly string[], input = "") {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args]);
  const said = { out: "", error: "" };
  child.stdout.on("data", (data) => {
    said.out += data;
  });
  child.stderr.on("data", (data) => {
    said.error += data;
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...said };
}

describe("holdup-explain", () => {
  it("explains standard input", async () => {
    const { code, out, error } = await run(["--file", "-"], traces);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toMatch(/^1 order in /);
    expect(out).not.toContain("./holdup");
  });

  it("prints JSON, and fails on a condition", async () => {
    const { code, out, error } = await run(["--file", "-", "--json", "--fail-on", "wait.max>0.5s"], traces);
    expect({ code, error }).toEqual({ code: 1, error: "wait.max>0.5s holds: it is 1.00 s.\n" });
    expect(JSON.parse(out)).toMatchObject({ schema: "holdup.explain/2", orders: [{ traceId }] });
  });

  it.each([
    [[], /^Give what to read: --file traces\.json .*--jaeger http/],
    [["--trace", "ab"], /^Give what to read: /],
    [["traces.json"], /^To explain a file: holdup-explain --file traces\.json$/],
    [["--burst", "last"], /^error: unknown option '--burst'$/],
    [["--file", "a", "--last", "5m"], /^--last counts from now/],
  ])("answers %j in one line and exits with 2", async (args, says) => {
    const { code, out, error } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error.trimEnd()).toMatch(says);
    expect(error.trimEnd()).not.toContain("\n");
  });

  it("offers nothing that needs a lab in its help", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    expect(out).toContain("holdup-explain --file traces.json");
    expect(out).not.toMatch(/\.\/holdup|burst|the lab/);
  });
});

it.each([
  ["20.16.0", true],
  ["20.20.2", true],
  ["22.0.0", true],
  ["24.21.0", true],
  ["100.1.0", true],
  ["20.15.1", false],
  ["21.7.3", false],
  ["18.20.8", false],
])("says in one sentence whether Node %s can run it: %s", (node, canRun) => {
  expect(nodeRefusal(node)).toBe(
    canRun
      ? undefined
      : `holdup-explain needs Node 22 or later, or 20.16 or later of Node 20; this is Node ${node}.`,
  );
});
