import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { stages } from "../../shared/pipeline/stages.ts";
import { holdup } from "../holdup.ts";
import { readOrder } from "../orders.ts";
import { describeComposeLab, freeComposeOffset } from "./compose-lab.ts";
import { docker, remainsOf } from "./docker.ts";

/** A lab that ./holdup starts, with a port offset. */
let offset: number;
let env: Readonly<Record<string, string>>;
let project: string;
let apiUrl: string;
let stateDir: string;

beforeAll(async () => {
  offset = await freeComposeOffset();
  const described = describeComposeLab("command", offset);
  ({ project, apiUrl } = described);
  stateDir = mkdtempSync(join(tmpdir(), "holdup-compose-"));
  env = {
    COMPOSE_PROJECT_NAME: project,
    HOLDUP_STATE_DIR: stateDir,
    HOLDUP_PORT_OFFSET: String(offset),
    HOLDUP_WORKLOAD_SCALE: "0.1",
  };
});
afterAll(async () => {
  await docker(env, "compose", "down", "--volumes", "--timeout", "5");
  rmSync(stateDir, { recursive: true });
  await docker(env, "image", "rm", "--force", `${project}-service`);
});

const run = (...words: string[]) => holdup([...words, "--compose"], env);

describe("./holdup with --compose", () => {
  it("reports that nothing is running", async () => {
    const status = await run("status");
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/not running.*\.\/holdup start --compose/);
    expect(await run("restart", "kafka")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/start --compose/),
    });
    expect(await run("stop")).toMatchObject({ code: 0, stdout: expect.stringMatching(/not running/) });
  });

  it("names a taken port and what needs it, and starts nothing", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(8080 + offset, "127.0.0.1", resolve));
    onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
    const { code, stderr } = await run("start");
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`${8080 + offset} \\(order API\\).*HOLDUP_API_PORT`));
    expect(stderr).toMatch(/--port-offset \d+/);
    expect(await remainsOf(env, project)).toEqual([]);
  });

  it("starts the lab at its offset, uses it, and removes everything at the end", async () => {
    const started = await run("start", "--replicas", "processing=2");
    expect(started, started.stderr).toMatchObject({ code: 0 });
    expect(started.stdout).toContain(`Order API   ${apiUrl}`);
    expect((await run("start")).stdout).toContain("already running");

    const status = JSON.parse((await run("status", "--json")).stdout);
    expect(status).toMatchObject({ isRunning: true, isReady: true, way: "compose", apiUrl });
    expect(status.processes.map(({ name }: { name: string }) => name)).toContain("processing-service-2");
    expect(status.lag.map(({ lag }: { lag: number }) => lag)).toEqual(Array(3 * stages.length).fill(0));

    const burst = await run("burst", "--count", "4", "--json");
    expect(burst, burst.stderr).toMatchObject({ code: 0 });
    const { orders } = JSON.parse(burst.stdout);
    expect(await readOrder(apiUrl, orders[0].orderId)).toMatchObject({ status: "done" });
    const explained = await run("explain", "--burst", "last", "--json");
    expect(explained, explained.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(explained.stdout).orders).toHaveLength(4);

    const logs = await run("logs", "api", "--order", orders[0].orderId);
    expect(logs.stdout).toMatch(/api-1 .*order accepted/);
    expect(await run("logs", "nobody")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Logs: .*kafka/),
    });

    expect(await run("scale", "processing", "1")).toMatchObject({ code: 0 });
    expect(await run("scale", "notification", "2")).toMatchObject({ code: 0 });
    const restarted = await run("restart", "notification");
    expect(restarted.stderr).toMatch(
      /notification-service-1 is ready again[\s\S]*notification-service-2 is ready again/,
    );
    const scaled = JSON.parse((await run("status", "--json")).stdout);
    const names: string[] = scaled.processes.map(({ name }: { name: string }) => name);
    expect(names).not.toContain("processing-service-2");
    expect(names).toContain("notification-service-2");
    // An added replica has the settings of the lab's start.
    const given = await docker(
      env,
      "compose",
      "exec",
      "-T",
      "--index",
      "2",
      "notification-service",
      "printenv",
      "HOLDUP_WORKLOAD_SCALE",
    );
    expect(given).toBe("0.1");

    expect(await run("stop")).toMatchObject({ code: 0, stdout: expect.stringContaining("has stopped") });
    const left = await remainsOf(env, project);
    expect(left.sort()).toEqual([`${project}_kafka-data`, `${project}_redis-data`]);
    expect(await run("stop", "--clean")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("removed"),
    });
    expect(await remainsOf(env, project)).toEqual([]);
  });

  it("reports in one line that no engine answers", async () => {
    const unreachable = { ...env, DOCKER_HOST: "tcp://127.0.0.1:1" };
    const { code, stderr } = await holdup(["start", "--compose"], unreachable);
    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/No Docker engine answers/);
  });
});
