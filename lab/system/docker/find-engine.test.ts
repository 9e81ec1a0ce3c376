import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { engineProblem, findEngine } from "./find-engine.ts";

const good = { ServerVersion: "28.3.1", NCPU: 4, MemTotal: 8e9 };

it.each([
  [{ ...good, ServerVersion: "19.03.15" }, "2.40.3", /engine is version 19\.03\.15.* 20\.10 or newer/],
  [good, undefined, /docker compose is missing/],
  [good, "v2.17.2", /docker compose is version v2\.17\.2.* 2\.20 or newer/],
  [{ ...good, MemTotal: 1_536_000_000 }, "2.40.3", /has 1\.5 GB of memory.* needs 2 GB/],
  [{ ...good, NCPU: 1 }, "2.40.3", /has 1 CPU/],
])("refuses an engine %j with docker compose %s in one line", (info, compose, message) => {
  const problem = engineProblem(info, compose);
  expect(problem).toMatch(message);
  expect(problem).not.toContain("\n");
});

it.each(["2.20.0", "v2.40.3", "5.0.1"])("accepts docker compose %s", (compose) => {
  expect(engineProblem(good, compose)).toBeUndefined();
  expect(engineProblem({ ...good, ServerVersion: "20.10.24+dfsg1" }, compose)).toBeUndefined();
});

/** A `docker` that runs the shell script, alone on PATH. */
function dockerThat(script: string): { PATH: string } {
  const dir = temporaryDir();
  writeFileSync(join(dir, "docker"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, "docker"), 0o755);
  return { PATH: dir };
}

it("reports a missing Docker in one line", async () => {
  const error = await findEngine({ PATH: temporaryDir() }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({
    code: "HOLDUP_INFRA_MISSING",
    message: expect.stringMatching(/not on PATH/),
  });
});

it.each([
  ["reports the error as JSON", `echo '{"ServerErrors":["Cannot connect to the Docker daemon"]}'; exit 1`],
  ["reports it on standard error", "echo 'Cannot connect to the Docker daemon' >&2; exit 1"],
])("reports in one line that no engine answers, when docker %s", async (_, script) => {
  const error = await findEngine(dockerThat(script)).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: "HOLDUP_INFRA_MISSING" });
  expect(String(error)).toMatch(/No Docker engine answers .*Cannot connect to the Docker daemon$/);
});

it("finds an engine that can run the lab", async () => {
  const env = dockerThat(`case $1 in info) echo '${JSON.stringify(good)}' ;; compose) echo 2.40.3 ;; esac`);
  expect(await findEngine(env)).toMatchObject({ version: "28.3.1" });
});
