import { mkdirSync } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { HoldupError } from "../../core/errors.ts";
import { type Sample, sampleSchema } from "./sample.ts";

function refusal(path: string, verb: string, thrown: unknown): HoldupError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new HoldupError("HOLDUP_USAGE", `${path} cannot be ${verb}: ${why}`, { cause: thrown });
}

/**
 * A file that takes samples, one JSON object a line, at its end.
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
 * The samples of a recording, by time. The last line may be cut short: a recording can be read while it is written.
 *
 * @throws HoldupError HOLDUP_USAGE when it cannot be read, or is none
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
      throw new HoldupError("HOLDUP_USAGE", `${path}:${at + 1} is no line of ./holdup stats --record.`, {
        cause: thrown,
      });
    }
  });
  return samples.sort((a, b) => a.time.localeCompare(b.time));
}
