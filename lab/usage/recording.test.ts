import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDir } from "../system/testing/temporary-dir.ts";
import { openRecording, readRecording } from "./recording.ts";

const sample = {
  time: "2026-11-21T08:18:35.500Z",
  name: "redis",
  service: "redis",
  cpuPercent: 1,
  memoryBytes: 2,
  memoryLimitBytes: 4,
  memoryPercent: 50,
};

it("reads the samples of several runs, also while the last line is being written", async () => {
  const path = join(temporaryDir(), "new", "stats.jsonl");
  for (const cpuPercent of [1, 2]) {
    const recording = await openRecording(path);
    await recording.add([{ ...sample, cpuPercent }]);
    await recording.close();
  }
  appendFileSync(path, '{"time":"2026-');
  expect((await readRecording(path)).map(({ cpuPercent }) => cpuPercent)).toEqual([1, 2]);
});

it("refuses a file that is not a recording in one line", async () => {
  const path = join(temporaryDir(), "other.txt");
  appendFileSync(path, "hello\nworld\n");
  await expect(readRecording(path)).rejects.toThrow(/other\.txt:1 is not a line of/);
  await expect(readRecording(join(path, "none"))).rejects.toMatchObject({ code: "HOLDUP_USAGE" });
});
