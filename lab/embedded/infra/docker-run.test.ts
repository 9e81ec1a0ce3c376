import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { removeContainer } from "../../system/docker/docker-cli.ts";
import { temporaryDir } from "../../system/testing/temporary-dir.ts";
import { containerName, dockerRun, launchContainer } from "./docker-run.ts";

const container = { name: "n", image: "i", publish: { port: 7000, inside: 6379 }, dataDir: "/data" };

const find = "ps --all --quiet --filter name=^/?n$";

/** A `docker` that records its calls; its `body` may keep state in files. */
function fakeDocker(body: string) {
  const dir = temporaryDir();
  const docker = join(dir, "docker");
  writeFileSync(docker, `#!/bin/sh\ncd "${dir}"\necho "$*" >>calls\n${body}\n`);
  chmodSync(docker, 0o755);
  return { docker, calls: () => readFileSync(join(dir, "calls"), "utf8").trim().split("\n") };
}

it("publishes on the loopback address only", () => {
  expect(dockerRun(container).join(" ")).toContain("--publish 127.0.0.1:7000:6379");
  expect(dockerRun(container).at(-1)).toBe("i");
});

it("keeps data in a volume named like the container, and mounts none of our files", () => {
  const args = dockerRun({ ...container, variables: { A: "b=c" }, command: ["serve", ""] });
  expect(args.filter((_, i) => args[i - 1] === "--volume")).toEqual(["n:/data"]);
  expect(args.slice(-5)).toEqual(["--env", "A=b=c", "i", "serve", ""]);
});

it("names containers after their state folder, so that two labs do not conflict", () => {
  expect(containerName("/a", "kafka")).toBe(containerName("/a", "kafka"));
  expect(containerName("/a", "kafka")).not.toBe(containerName("/b", "kafka"));
});

it("waits for a removal that is already in progress", async () => {
  const { docker, calls } = fakeDocker(
    "case $1 in ps) [ -e gone ] || echo id ;; rm) touch gone; exit 1 ;; esac",
  );
  expect(await removeContainer(docker, "n")).toBe(true);
  expect(calls()).toEqual([find, "rm --force --volumes n", find]);
});

it("reports that no engine answers, and runs nothing", async () => {
  const { docker, calls } = fakeDocker("exit 1");
  await expect(launchContainer(docker, { cwd: "/", env: {} }, container)).rejects.toMatchObject({
    code: "HOLDUP_INFRA_FAILED",
    message: expect.stringContaining("No Docker engine answers"),
  });
  expect(calls()).toEqual([find]);
});
