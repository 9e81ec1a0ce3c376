import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createProgress } from "../../../core/progress.ts";
import { temporaryDir } from "../../system/testing/temporary-dir.ts";
import { prepareInfra } from "./prepare-infra.ts";

/** Prepares on a machine that has only Docker; its `pull` runs `body`. */
async function prepare(body: string, abort?: AbortController) {
  const root = temporaryDir();
  const docker = join(root, "docker");
  const script = `case $1 in version) echo 28.0.0 ;; image) exit 1 ;; pull) ${body} ;; esac`;
  writeFileSync(docker, `#!/bin/sh\n${script}\n`);
  chmodSync(docker, 0o755);
  const external = { kafka: false, redis: false };
  // The first message is that a pull starts.
  const progress = createProgress({ write: () => abort?.abort() });
  const { signal } = abort ?? new AbortController();
  const make = await prepareInfra({ root, env: { PATH: root }, external, progress, signal });
  return make();
}

it("reports in one line which image cannot be pulled, with Docker's reason", async () => {
  const error = await prepare("echo trying >&2; echo 'no such host' >&2; exit 1").catch((e: Error) => e);
  expect(error).toMatchObject({ code: "HOLDUP_INFRA_FAILED" });
  expect(String(error)).toMatch(/apache\/kafka:[\d.]+ .*no such host/);
  expect(String(error)).not.toContain("\n");
});

it("reports an aborted pull as HOLDUP_STOPPING", async () => {
  const aborted = prepare("exec /bin/sleep 60", new AbortController());
  await expect(aborted).rejects.toMatchObject({ code: "HOLDUP_STOPPING" });
});
