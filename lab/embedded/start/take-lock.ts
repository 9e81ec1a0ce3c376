import { setTimeout as delay } from "node:timers/promises";
import { HoldupError } from "../../../core/errors.ts";
import { lockHolder, tryLock } from "../state/lock.ts";
import type { StatePaths } from "../state/paths.ts";
import { orRefusal } from "../state/state-dir.ts";

const pollMs = 200;

/**
 * Waits for the lab's lock and says once what for.
 *
 * @throws HoldupError HOLDUP_STOPPING when `signal` aborts, HOLDUP_CONFIG_INVALID when the folder cannot be written
 */
export async function takeLock(
  paths: StatePaths,
  verb: string,
  options: { say: (line: string) => void; signal?: AbortSignal },
): Promise<{ release: () => void }> {
  let told = false;
  for (;;) {
    const lock = orRefusal(paths, () => tryLock(paths, verb));
    if (lock) return lock;
    const other = lockHolder(paths);
    if (!told && other) {
      options.say(`./holdup ${other.verb} (pid ${other.pid}) is at work on this lab; waiting for it`);
      told = true;
    }
    if (options.signal?.aborted) throw new HoldupError("HOLDUP_STOPPING", "Called off.");
    await delay(pollMs);
  }
}
