import { existsSync, promises as fs, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createLineFile } from "./line-file.ts";

function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdup-test-"));
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
  return join(folder, "lines");
}

it("reads back what it wrote, and removes the file", async () => {
  const path = temporaryPath();
  const file = await createLineFile(path);
  await file.write("first\n", 0);
  await file.write("second\n", 6);
  await file.sync();
  expect(await file.read(7, 6)).toBe("second\n");
  expect(await fs.readFile(path, "latin1")).toBe("first\nsecond\n");
  await file.remove();
  expect(existsSync(path)).toBe(false);
});

it("returns what is on disk, not what it remembers", async () => {
  const path = temporaryPath();
  const file = await createLineFile(path);
  await file.write("first\n", 0);
  await fs.writeFile(path, "worst\n");
  expect(await file.read(6, 0)).toBe("worst\n");
  await file.remove();
});

it("does not touch an existing file", async () => {
  const path = temporaryPath();
  await fs.writeFile(path, "precious");
  await expect(createLineFile(path)).rejects.toMatchObject({ code: "HOLDUP_WORKLOAD_FAILED" });
  expect(await fs.readFile(path, "latin1")).toBe("precious");
});

it("names the path and the setting when the disk fails", async () => {
  const path = join(temporaryPath(), "no-such-folder", "lines");
  await expect(createLineFile(path)).rejects.toMatchObject({
    code: "HOLDUP_WORKLOAD_FAILED",
    message: expect.stringMatching(/no-such-folder.*HOLDUP_WORK_DIR/),
  });
});
