import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, inject, it, onTestFinished, vi } from "vitest";
import { type Reading, type Sample, sampleSchema } from "../../lab/usage/samples.ts";
import { bareEnvironment, holdup, root } from "../holdup.ts";
import { accept, allDone, light } from "../orders.ts";
import { readTrace } from "../traces.ts";
import { composeReadings } from "./compose-lab.ts";
import { docker } from "./docker.ts";

const lab = inject("composeLab");
const patience = { timeout: 60_000, interval: 200 };
const mebibyte = 1024 * 1024;

async function readingOf(name: string): Promise<Reading> {
  const reading = (await composeReadings(lab.env)).find((one) => one.name === name);
  if (!reading) throw new Error(`no reading of ${name}`);
  return reading;
}

it("measures the same CPU time and memory of a severe operation as its span", async () => {
  const before = await readingOf("processing-service-1");
  const workload = { ...light, business_logic: "extreme_cpu_computation" };
  const order = await accept(lab.apiUrl, { item: "measured", quantity: 1, seed: 124, workload });
  let highestBytes = 0;
  const isOver = allDone(lab.apiUrl, [order]).then(() => true);
  while (!(await Promise.race([isOver, delay(200, false)]))) {
    highestBytes = Math.max(highestBytes, (await readingOf("processing-service-1")).memoryBytes);
  }
  const after = await readingOf("processing-service-1");
  const { tags } = await vi.waitFor(async () => {
    const span = (await readTrace(lab.jaegerUrl, order.traceId)).find(
      ({ name }) => name === "business_logic",
    );
    if (!span) throw new Error("no span yet");
    return span;
  }, patience);
  const ofSpanMs = Number(tags["resource.cpu.time_ms"]);
  const ofContainerMs = (after.cpuNs - before.cpuNs) / 1e6;
  // Otherwise the test proves nothing: raise the scale.
  expect(ofSpanMs).toBeGreaterThan(500);
  // The container's count includes the operation, to a clock tick, and little else: the service is idle otherwise.
  expect(ofContainerMs / ofSpanMs).toBeGreaterThan(0.95);
  expect(ofContainerMs / ofSpanMs).toBeLessThan(1.75);
  const ofSpanMb = Number(tags["resource.memory.max_mb"]);
  // Resident memory includes the program's file, which the container may share with others.
  expect(highestBytes / mebibyte / ofSpanMb).toBeGreaterThan(0.4);
  expect(highestBytes / mebibyte / ofSpanMb).toBeLessThan(1.3);
});

it("prints the names, limits and threads that docker stats prints", async () => {
  const format = "{{.Name}}|{{.MemUsage}}|{{.PIDs}}";
  const names = await docker(lab.env, "compose", "ps", "--format", "{{.Name}}");
  const lines = await docker(lab.env, "stats", "--no-stream", "--format", format, ...names.split("\n"));
  const { stdout } = await holdup(["stats", "--compose", "--once", "--json"], lab.env);
  const samples = stdout
    .trim()
    .split("\n")
    .map((line) => sampleSchema.parse(JSON.parse(line)));
  const own = new Map(samples.map((sample) => [sample.name, sample]));
  for (const line of lines.split("\n")) {
    const [container = "", memory = "", pids = ""] = line.split("|");
    const service = container.slice(lab.project.length + 1);
    const sample = own.get(service) ?? own.get(service.replace(/-\d+$/, ""));
    expect(sample, service).toBeDefined();
    const [used = "", limit = ""] = memory.split(" / ");
    expect(sample?.memoryLimitBytes, service).toBe(
      Number.parseFloat(limit) * (limit.endsWith("GiB") ? 1024 : 1) * mebibyte,
    );
    // Read a moment apart.
    expect((sample?.memoryBytes ?? 0) / mebibyte / Number.parseFloat(used), service).toBeGreaterThan(0.5);
    expect((sample?.memoryBytes ?? 0) / mebibyte / Number.parseFloat(used), service).toBeLessThan(2);
    expect(Math.abs((sample?.pids ?? 0) - Number(pids)), service).toBeLessThan(20);
  }
});

it("records samples that can be joined with a trace later, and joins a trace without a recording too", async () => {
  const dir = mkdtempSync(join(tmpdir(), "holdup-stats-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "stats.jsonl");
  const samples = (): Sample[] =>
    readFileSync(file, { encoding: "utf8", flag: "a+" })
      .split("\n")
      .filter((line) => line.endsWith("}"))
      .map((line) => sampleSchema.parse(JSON.parse(line)));
  const command = ["stats", "--compose", "--json", "--record", file];
  const env = { ...bareEnvironment(), ...lab.env };
  const recording = spawn(join(root, "holdup"), command, { cwd: root, env, stdio: "ignore" });
  onTestFinished(() => void recording.kill("SIGKILL"));
  await vi.waitFor(() => expect(samples().length).toBeGreaterThan(0), patience);
  const workload = { ...light, business_logic: "extreme_cpu_computation" };
  const order = await accept(lab.apiUrl, { item: "recorded", quantity: 1, seed: 124, workload });
  await allDone(lab.apiUrl, [order]);
  const doneMs = Date.now();
  await vi.waitFor(() => expect(Date.parse(samples().at(-1)?.time ?? "")).toBeGreaterThan(doneMs), patience);
  const ended = once(recording, "exit");
  recording.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  for (const from of [["--from", file], []]) {
    const { stdout } = await vi.waitFor(async () => {
      const ran = await holdup(["stats", "--compose", "--around", order.traceId, "--json", ...from], lab.env);
      expect(ran.stdout).toContain("business_logic");
      return ran;
    }, patience);
    const { series, spans } = JSON.parse(stdout);
    const names: string[] = series.map(({ name }: { name: string }) => name);
    expect(names).toContain("processing-service-1");
    expect(names.includes("kafka")).toBe(from.length > 0);
    const span = spans.find((one: { span: string }) => one.span === "business_logic");
    expect(span.ownCpuPercent).toBeGreaterThan(0);
    expect(span.usage.cpuPercent).toBeGreaterThan(0);
  }
});
