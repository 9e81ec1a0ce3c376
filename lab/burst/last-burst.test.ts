import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createLedger } from "../../traffic/ledger.ts";
import { summarise } from "../../traffic/summary.ts";
import { lastBurstPath, readLastBurst, saveLastBurst } from "./last-burst.ts";

async function makeStateDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "holdup-burst-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

const summary = summarise({
  ledger: createLedger([], () => 0),
  plan: { count: 0, items: 0, seed: 5, forcings: [] },
  apiUrl: "http://127.0.0.1:8080",
  startedAt: new Date(0),
  nowMs: 1,
  ended: "complete",
});

it("reads the last burst that was saved", async () => {
  const dir = await makeStateDir();
  expect(await readLastBurst(dir)).toBeUndefined();
  await saveLastBurst(dir, { ...summary, seed: 1 });
  await saveLastBurst(dir, summary);
  expect(await readLastBurst(dir)).toEqual(summary);
});

it("refuses a file that is not a burst's summary", async () => {
  const dir = await makeStateDir();
  await saveLastBurst(dir, summary);
  await writeFile(lastBurstPath(dir), "{}");
  await expect(readLastBurst(dir)).rejects.toMatchObject({ code: "HOLDUP_USAGE" });
});
