import { mkdirSync } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { HoldupError } from "../../core/errors.ts";
import { type Sample, sampleSchema } from "./samples.ts";

function refusal(path: string, verb: string, thrown: unknown): HoldupError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new HoldupError("HOLDUP_USAGE", `${path} cannot be ${verb}: ${why}`, { cause: thrown });
}

/**
 * Opens a file to append samples to, one JSON object per line.
 *
 * @throws HoldupError HOLDUP_USAGE when it cannot be written
 */
export async function openRecording(
  path: string,
): Promise<{ add(samples: readonly Sample[]): Promise<void>; close(): Promise<void> }> {
  let file: FileHandle;
  try {
    mkdirSync(dirname(path), { recursive: true });
    file = await open(path, "a");
  } catch (thrown) {
    throw refusal(path, "written", thrown);
  }
  return {
    async add(samples) {
      await file.write(samples.map((sample) => `${JSON.stringify(sample)}\n`).join(""));
    },
    close: () => file.close(),
  };
}

/**
 * Reads the samples of a recording, sorted by time. The last line may be incomplete: a recording can be read while it is
 * being written.
 *
 * @throws HoldupError HOLDUP_USAGE when the file cannot be read, or is not a recording
 */
export async function readRecording(path: string): Promise<Sample[]> {
  const text = await readFile(path, "utf8").catch((thrown: unknown) => {
    throw refusal(path, "read", thrown);
  });
  const lines = text.split("\n");
  const samples = lines.flatMap((line, at) => {
    if (line.trim() === "") return [];
    try {
      return [sampleSchema.parse(JSON.parse(line))];
    } catch (thrown) {
      if (at === lines.length - 1) return [];
      throw new HoldupError("HOLDUP_USAGE", `${path}:${at + 1} is not a line of ./holdup stats --record.`, {
        cause: thrown,
      });
    }
  });
  return samples.sort((a, b) => a.time.localeCompare(b.time));
}
