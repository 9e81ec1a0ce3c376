import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDir } from "../../system/testing/temporary-dir.ts";
import { chooseInfra } from "./choose-infra.ts";
import { currentStamp, redisBinary } from "./fetched.ts";

const none = { kafka: false, redis: false };

/** A folder of programs that answer like the real ones, and a repository that contains only a pom. */
function machine(programs: Record<string, string>, folder = "bin") {
  const dir = temporaryDir();
  const bin = join(dir, folder);
  mkdirSync(bin, { recursive: true });
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  mkdirSync(join(dir, "infra"));
  writeFileSync(join(dir, "infra", "pom.xml"), "<project/>");
  return { root: dir, env: { PATH: bin }, bin };
}

const java = (version: string) =>
  `echo "    java.home = /opt/java" >&2; echo "    java.specification.version = ${version}" >&2`;
const engine = "echo 28.0.0";
const noEngine = "echo 'Cannot connect' >&2; exit 1";

it("starts nothing when both addresses are given", async () => {
  const choice = await chooseInfra({ ...machine({}), external: { kafka: true, redis: true } });
  expect(choice).toEqual({ kind: "external" });
});

it("fetches with Maven when Java is new enough, even where Docker runs", async () => {
  const { bin, ...here } = machine({ java: java("17"), mvn: "", docker: engine });
  expect(await chooseInfra({ ...here, external: none })).toMatchObject({
    kind: "fetch",
    java: { major: 17, home: "/opt/java" },
    mvn: join(bin, "mvn"),
  });
});

it("needs Maven only when nothing is fetched for the current pom", async () => {
  const { root, env } = machine({ java: java("21"), docker: engine });
  const infra = join(root, ".holdup", "infra");
  mkdirSync(join(infra, "kafka"), { recursive: true });
  writeFileSync(join(infra, "kafka", "kafka.jar"), "");
  writeFileSync(join(infra, "stamp"), currentStamp(root));
  expect(await chooseInfra({ root, env, external: none })).toMatchObject({
    kind: "local",
    fetched: { jars: [join(infra, "kafka", "kafka.jar")] },
  });
  writeFileSync(join(root, "infra", "pom.xml"), "<project><!-- newer --></project>");
  expect(await chooseInfra({ root, env, external: none })).toMatchObject({ kind: "docker" });
});

it("prefers the Java of JAVA_HOME, unless it is too old", async () => {
  const { root, env } = machine({ java: java("17"), mvn: "" });
  const home = machine({ java: java("21") }, "home/bin").root;
  const choose = (JAVA_HOME: string) => chooseInfra({ root, env: { ...env, JAVA_HOME }, external: none });
  expect(await choose(join(home, "home"))).toMatchObject({ java: { major: 21 } });
  const old = machine({ java: java("1.8") }, "home/bin").root;
  expect(await choose(join(old, "home"))).toMatchObject({ java: { major: 17 } });
});

it("uses Docker when Java is too old, a stub, or without Maven", async () => {
  const stub = "echo 'Unable to locate a Java Runtime' >&2; exit 1";
  for (const programs of [{ java: java("11"), mvn: "" }, { java: stub, mvn: "" }, { java: java("17") }]) {
    const here = machine({ ...programs, docker: engine });
    expect(await chooseInfra({ ...here, external: none })).toMatchObject({ kind: "docker" });
  }
});

it("lists in one message what is missing and how to get it", async () => {
  const here = machine({ java: java("11"), docker: noEngine });
  const error = await chooseInfra({ ...here, external: none }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: "HOLDUP_INFRA_MISSING" });
  for (const part of [
    /Java 17 or newer +found 11 at/,
    /mvn\) +not on PATH/,
    /no engine answers/,
    /apt-get/,
    /brew/,
  ]) {
    expect(String(error)).toMatch(part);
  }
});

it("knows the jar's Redis for each platform", () => {
  expect(redisBinary("linux", "x64")).toMatch(/linux-amd64$/);
  expect(redisBinary("darwin", "arm64")).toMatch(/darwin-arm64$/);
  expect(redisBinary("win32", "x64")).toBeUndefined();
});
