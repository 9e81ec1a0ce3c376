import { spawnSync } from "node:child_process";
import { promises as fs, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { removeLeftovers, removeRun, workFile } from "./work-file.ts";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdup-test-"));
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
  return folder;
}

async function write(folder: string, name: string, ageMs = 0): Promise<string> {
  const time = new Date(Date.now() - ageMs);
  await fs.writeFile(join(folder, name), "");
  await fs.utimes(join(folder, name), time, time);
  return name;
}

const runId = "11111111-2222-4333-8444-555555555555";
const hourMs = 3_600_000;

it("removes what a killed process left and nothing that may be in use", async () => {
  const folder = temporaryFolder();
  const own = basename(workFile(folder, runId, 1));
  const gonePid = spawnSync(process.execPath, ["-e", ""]).pid;

  await write(folder, own.replace(`-${process.pid}-`, `-${gonePid}-`));
  await write(folder, own.replace(/@.*/, "@another-host-old.work"), 2 * hourMs);
  const kept = [
    await write(folder, own, 2 * hourMs),
    await write(folder, own.replace(/@.*/, "@another-host-new.work")),
    await write(folder, "holdup-notes.txt", 100 * hourMs),
  ];

  await removeLeftovers(folder);

  expect((await fs.readdir(folder)).toSorted()).toEqual(kept.toSorted());
});

it("removes the files of one run, of all passes", async () => {
  const folder = temporaryFolder();
  const other = basename(workFile(folder, runId.replace("1111", "9999"), 1));
  await write(folder, basename(workFile(folder, runId, 1)));
  await write(folder, basename(workFile(folder, runId, 2)));
  await write(folder, other);

  await removeRun(folder, runId);

  expect(await fs.readdir(folder)).toEqual([other]);
});

it("accepts a missing folder", async () => {
  await removeLeftovers(join(temporaryFolder(), "nowhere"));
});
