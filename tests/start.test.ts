import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isAlive } from "../lab/checks/leftovers.ts";
import { readLabFile } from "../lab/state/lab-file.ts";
import { statePaths } from "../lab/state/paths.ts";
import { bareEnvironment, describeLab, holdup, type Lab, processesOf, startLab } from "./holdup.ts";
import { accept, allDone, readOrder } from "./orders.ts";

const patience = { timeout: 20_000, interval: 100 };

/** Listens on a port until the returned function is called or the test ends. */
async function occupy(port: number): Promise<() => Promise<void>> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const free = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  onTestFinished(free);
  return free;
}

/** A PATH with all programs of this one but the missing ones. */
function pathWithout(...missing: string[]): string {
  const dir = mkdtempSync(join(tmpdir(), "holdup-path-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const folder of (bareEnvironment()["PATH"] ?? "").split(":")) {
    for (const program of existsSync(folder) ? readdirSync(folder) : []) {
      if (missing.includes(program) || existsSync(join(dir, program))) continue;
      symlinkSync(join(folder, program), join(dir, program));
    }
  }
  return dir;
}

function pidsOf(lab: Lab): number[] {
  const supervisor = readLabFile(statePaths(lab.stateDir).labFile)?.supervisor.pid;
  const pids = [supervisor, ...processesOf(lab).map(({ running }) => running?.pid)];
  return pids.filter((pid) => pid !== undefined);
}

/** Waits until no process has one of the pids: an ended process keeps its pid until its parent, or init, has reaped it. */
async function gone(pids: readonly number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), patience);
}

describe("a start that cannot work", () => {
  it("names the problem, starts nothing, and starts once the problem is solved", async () => {
    const lab = await describeLab();
    onTestFinished(() => lab.stop());
    const offset = Number(lab.env["HOLDUP_PORT_OFFSET"]);
    const free = [await occupy(8080 + offset), await occupy(6379 + offset)];
    const taken = await lab.run("start");
    expect(taken.code).toBe(1);
    expect(taken.stderr).toMatch(new RegExp(`${8080 + offset}.*API`, "i"));
    expect(taken.stderr).toMatch(new RegExp(`${6379 + offset}.*Redis`, "i"));
    expect(taken.stderr).toMatch(/--port-offset \d+/);
    expect(processesOf(lab)).toEqual([]);
    await Promise.all(free.map((close) => close()));

    const env = { ...lab.env, PATH: pathWithout("java", "mvn", "docker"), JAVA_HOME: "" };
    const { code, stderr } = await holdup(["start"], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Java 17/);
    expect(stderr).toMatch(/apt-get install/);
    expect(stderr).toMatch(/Docker/);
    expect(stderr).not.toMatch(/ at .*\.ts:/);
    expect(processesOf(lab)).toEqual([]);

    expect(await lab.run("start")).toMatchObject({ code: 0 });
    const order = await accept(lab.apiUrl, { item: "late", quantity: 1 });
    await allDone(lab.apiUrl, [order]);
  });

  it("lists every bad setting at once", async () => {
    const { code, stderr } = await holdup(["start"], { HOLDUP_PARTITIONS: "many", HOLDUP_ORDER_KEY: "me" });
    expect(code).toBe(1);
    expect(stderr).toContain("HOLDUP_PARTITIONS=many");
    expect(stderr).toContain("HOLDUP_ORDER_KEY=me");
  });

  it("refuses a misspelt setting", async () => {
    const { code, stderr } = await holdup(["start"], { HOLDUP_PARTITION: "2" });
    expect(code).toBe(1);
    expect(stderr).toContain("HOLDUP_PARTITIONS");
  });
});

describe("a lab", () => {
  it("is detected by a second start, keeps its data over a stop, and leaves no process behind", async () => {
    const lab = await startLab();
    const pids = pidsOf(lab);
    expect(pids.length).toBeGreaterThanOrEqual(8);
    const again = await lab.run("start");
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("already running");
    expect(again.stderr).not.toContain("different settings");
    expect(pidsOf(lab)).toEqual(pids);
    const other = await holdup(["start"], { ...lab.env, HOLDUP_PARTITIONS: "6" });
    expect(other).toMatchObject({ code: 0 });
    expect(other.stderr).toMatch(/different settings.*HOLDUP_PARTITIONS\./);
    expect(pidsOf(lab)).toEqual(pids);

    const order = await accept(lab.apiUrl, { item: "kept", quantity: 1 });
    await allDone(lab.apiUrl, [order]);
    expect(await lab.run("stop")).toMatchObject({ code: 0 });
    await gone(pids);

    const restarted = await holdup(["start"], { ...lab.env, HOLDUP_PARTITIONS: "6" });
    expect(restarted).toMatchObject({ code: 0 });
    expect(restarted.stderr).toMatch(/orders has 3 partitions.*HOLDUP_PARTITIONS=6/);
    const hint = await lab.run("scale", "analytics", "4");
    expect(hint.stderr).toMatch(/notified-orders has 3; 1 of 4/);
    expect(await readOrder(lab.apiUrl, order.orderId)).toMatchObject({ status: "done", item: "kept" });
    await lab.stop();
    expect(existsSync(lab.stateDir)).toBe(false);
    const nothing = await lab.run("stop", "--clean");
    expect(nothing).toMatchObject({ code: 0 });
    expect(nothing.stdout).toContain("nothing to remove");
    expect(existsSync(lab.stateDir)).toBe(false);
  });

  it("can be started again after `stop --clean` has cancelled a start", async () => {
    const lab = await describeLab();
    onTestFinished(() => lab.stop());
    const starting = lab.run("start");
    await vi.waitFor(() => expect(existsSync(lab.stateDir)).toBe(true), patience);
    const [started, stopped] = await Promise.all([starting, lab.run("stop", "--clean")]);
    expect([started.code, stopped.code]).toEqual([130, 0]);
    expect(existsSync(lab.stateDir)).toBe(false);
    const another = await Promise.all([
      lab.run("start"),
      lab.run("stop", "--clean"),
      lab.run("stop", "--clean"),
    ]);
    expect(another.map(({ stderr }) => stderr).join("")).not.toContain("not a lab's");
  });

  it("keeps running when its supervisor is killed, and `stop` still ends it", async () => {
    const lab = await startLab();
    const pids = pidsOf(lab);
    const supervisor = readLabFile(statePaths(lab.stateDir).labFile)?.supervisor.pid ?? 0;
    process.kill(supervisor, "SIGKILL");
    await vi.waitFor(() => expect(isAlive(supervisor)).toBe(false), patience);
    const order = await accept(lab.apiUrl, { item: "unsupervised", quantity: 1 });
    await allDone(lab.apiUrl, [order]);
    const status = await lab.run("status");
    expect(`${status.stdout}${status.stderr}`).toMatch(/supervisor/i);
    await lab.stop();
    await gone(pids);
  });
});

describe("the command line", () => {
  it.each([
    [["strat"], /unknown command/],
    [["scale", "processing"], /missing required argument/],
    [["scale", "processing", "-1"], /unknown option|whole number/],
    [["logs", "nobody"], /processing/],
    [["burst", "--count", "0"], /count/],
    [["bench", "nothing"], /Benchmarks: .*workloads/],
    [["bench", "explain", "many"], /Size many: expected a whole number from 1\./],
    [["start", "--replicas", "processing=x"], /replicas/i],
  ])("answers %j with one line and exit status 2", async (args, says) => {
    const lab = await describeLab();
    const { code, stderr } = await lab.run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
  });

  it.each([
    ["status", 1, /\.\/holdup start/],
    ["burst", 1, /\.\/holdup start/],
    ["restart processing", 1, /\.\/holdup start/],
    ["stats", 1, /\.\/holdup start/],
    ["logs", 0, /\.\/holdup start/],
    ["stop", 0, /not running/],
  ])("reports that there is no lab when %s finds none", async (words, exits, says) => {
    const lab = await describeLab();
    const { code, stdout, stderr } = await lab.run(...words.split(" "));
    expect(code).toBe(exits);
    expect(`${stdout}${stderr}`).toMatch(says);
  });

  it.each([
    "start",
    "stop",
    "status",
    "stats",
    "logs",
    "restart",
    "scale",
    "burst",
    "demo",
    "explain",
    "bench",
    "test",
  ])("has an example in the help of %s", async (verb) => {
    const { code, stdout } = await holdup([verb, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples?:\\n  ./holdup ${verb}`));
  });
});
