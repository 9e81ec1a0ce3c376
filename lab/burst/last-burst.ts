import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HoldupError } from "../../core/errors.ts";
import { type BurstSummary, burstSummary } from "../../traffic/summary.ts";
import { statePaths } from "../state/paths.ts";

/** File with the summary of the last burst of the lab in a state folder. */
export function lastBurstPath(stateDir: string): string {
  return join(statePaths(stateDir).bursts, "last.json");
}

/** Replaces the summary atomically. */
export async function saveLastBurst(stateDir: string, summary: BurstSummary): Promise<void> {
  const path = lastBurstPath(stateDir);
  const draft = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, `${JSON.stringify(summary)}\n`);
  await rename(draft, path);
}

/**
 * Reads the summary of the last burst; undefined without one.
 *
 * @throws HoldupError HOLDUP_USAGE when the file is not a burst's summary
 */
export async function readLastBurst(stateDir: string): Promise<BurstSummary | undefined> {
  const path = lastBurstPath(stateDir);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw thrown;
  }
  try {
    return burstSummary.parse(JSON.parse(text));
  } catch (cause) {
    throw new HoldupError("HOLDUP_USAGE", `${path} is not a burst's summary; send a new burst.`, { cause });
  }
}
