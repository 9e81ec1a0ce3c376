import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { z } from "zod";

const parts = z.object({ operations: z.number(), remainder: z.number(), whole: z.number() });

it.runIf(process.platform === "linux")(
  "charges operations with all CPU of the process, except that of threads without an operation",
  async () => {
    const program = fileURLToPath(new URL("./sum.fixture.ts", import.meta.url));
    const flags = ["--single-threaded-gc", "--no-warnings"];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, program]);
    const { operations, remainder, whole } = parts.parse(JSON.parse(stdout));
    expect(operations).toBeGreaterThan(whole / 2);
    expect(Math.abs(operations + remainder - whole) / whole).toBeLessThan(0.05);
  },
);
