import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readLabFile } from "../lab/state/lab-file.ts";
import { statePaths } from "../lab/state/paths.ts";
import { bareEnvironment, describeLab, holdup, isAlive, type Lab, processesOf, startLab } from "./holdup.ts";
import { accept, allDone, readOrder } from "./orders.ts";

const patience = { timeout: 20_000, interval: 100 };

/** Listens on a port until the test ends. */
async function occupy(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
}

/** A PATH with all the programs of this one except some. */
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

/** An ended process keeps its pid until its parent, or init, has asked for its status. */
async function gone(pids: readonly number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), patience);
}

describe("a start that cannot work", () => {
  it("names every taken port, who wants it, and an offset that would do, and starts nothing", async () => {
    const lab = await describeLab();
    const offset = Number(lab.env["HOLDUP_PORT_OFFSET"]);
    await occupy(8080 + offset);
    await occupy(6379 + offset);
    const { code, stderr } = await lab.run("start");
    onTestFinished(() => lab.stop());
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`${8080 + offset}.*API`, "i"));
    expect(stderr).toMatch(new RegExp(`${6379 + offset}.*Redis`, "i"));
    expect(stderr).toMatch(/--port-offset \d+/);
    expect(processesOf(lab)).toEqual([]);
  });

  it("without Java and Docker says how to get either", async () => {
    const lab = await describeLab();
    onTestFinished(() => lab.stop());
    const env = { ...lab.env, PATH: pathWithout("java", "mvn", "docker"), JAVA_HOME: "" };
    const { code, stderr } = await holdup(["start"], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Java 17/);
    expect(stderr).toMatch(/apt-get install/);
    expect(stderr).toMatch(/Docker/);
    expect(stderr).not.toMatch(/ at .*\.ts:/);
  });

  it("lists every bad setting at once", async () => {
    const { code, stderr } = await holdup(["start"], { HOLDUP_PARTITIONS: "many", HOLDUP_ORDER_KEY: "me" });
    expect(code).toBe(1);
    expect(stderr).toContain("HOLDUP_PARTITIONS=many");
    expect(stderr).toContain("HOLDUP_ORDER_KEY=me");
  });

  it("does not ignore a misspelt setting", async () => {
    const { code, stderr } = await holdup(["start"], { HOLDUP_PARTITION: "2" });
    expect(code).toBe(1);
    expect(stderr).toContain("HOLDUP_PARTITIONS");
  });
});

describe("a lab", () => {
  it("is found running by a second start, keeps its data over a stop, and leaves no process behind", async () => {
    const lab = await startLab();
    const pids = pidsOf(lab);
    expect(pids.length).toBeGreaterThanOrEqual(8);
    const again = await lab.run("start");
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("running already");
    expect(pidsOf(lab)).toEqual(pids);

    const order = await accept(lab.apiUrl, { item: "kept", quantity: 1 });
    await allDone(lab.apiUrl, [order]);
    expect(await lab.run("stop")).toMatchObject({ code: 0 });
    await gone(pids);

    expect(await lab.run("start")).toMatchObject({ code: 0 });
    expect(await readOrder(lab.apiUrl, order.orderId)).toMatchObject({ status: "done", item: "kept" });
    await lab.stop();
    expect(existsSync(lab.stateDir)).toBe(false);
  });

  it("goes on when its supervisor is killed, and is ended by stop all the same", async () => {
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
    [["scale", "processing", "-1"], /./],
    [["logs", "nobody"], /processing/],
    [["burst", "--count", "0"], /count/],
    [["bench", "nothing"], /there/],
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
    ["logs", 0, /\.\/holdup start/],
    ["stop", 0, /not running/],
  ])("says how things stand when %s finds no lab", async (words, exits, says) => {
    const lab = await describeLab();
    const { code, stdout, stderr } = await lab.run(...words.split(" "));
    expect(code).toBe(exits);
    expect(`${stdout}${stderr}`).toMatch(says);
  });

  it.each(["start", "stop", "status", "logs", "restart", "scale", "burst", "demo", "bench", "test"])(
    "has an example in the help of %s",
    async (verb) => {
      const { code, stdout } = await holdup([verb, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`Examples?:\\n  ./holdup ${verb}`));
    },
  );
});
