import { createHash } from "node:crypto";
import { type Redis, redisCall } from "../../shared/redis.ts";
import { createLineFile, disk, type LineFile } from "./line-file.ts";
import { lineBytes, linesOf, rewriteLines } from "./lines.ts";
import { mustEqual } from "./read-back.ts";
import { keyTtlS, redisKey, withRedisKeys } from "./redis-keys.ts";
import { makeWorkDir, workFile } from "./work-file.ts";

/**
 * Round trips and fsyncs per line; calibrated, see docs/performance.md. A round trip takes about the same time everywhere; an
 * fsync takes 0.2 ms on one disk and 5 ms on another, so longer operations sync less often.
 */
type Effort = {
  readonly passes: number;
  readonly linesPerBatch: number;
  readonly batchesPerSync: number;
};

export const mediumEffort: Effort = { passes: 1, linesPerBatch: 1, batchesPerSync: 1 };
export const heavyEffort: Effort = { passes: 1, linesPerBatch: 2, batchesPerSync: 2 };
export const severeEffort: Effort = { passes: 4, linesPerBatch: 10, batchesPerSync: 4 };

/** Batches that Redis holds at once: its memory does not depend on the length of the file. */
const slots = 16;

type FileTask = { items: number; seed: number; runId: string; workDir: string };

/**
 * Writes `items` lines in batches. Each batch is written to the file and read back, then to Redis and read back; both are
 * compared with what was written. A later pass reads the file of the previous pass and writes a new one. The digest covers
 * what was read back in all passes.
 *
 * @throws HoldupError see `createLineFile`, `redisCall` and `mustEqual`
 */
export async function fileAndRedis(task: FileTask, redis: Redis, effort: Effort): Promise<string> {
  await disk(task.workDir, () => makeWorkDir(task.workDir));
  const digest = createHash("sha256");
  const keys = Array.from({ length: slots }, (_, slot) => redisKey(task.runId, slot));
  let previous: LineFile | undefined;

  async function writePass(pass: number): Promise<void> {
    const source = previous;
    const file = await createLineFile(workFile(task.workDir, task.runId, pass));
    previous = file;
    try {
      for (let from = 0; from < task.items; from += effort.linesPerBatch) {
        const to = Math.min(from + effort.linesPerBatch, task.items);
        const offset = from * lineBytes;
        const bytes = (to - from) * lineBytes;
        const text = source
          ? rewriteLines(await source.read(bytes, offset), pass)
          : linesOf(task.seed, from, to);
        const batch = from / effort.linesPerBatch;
        await file.write(text, offset);
        // Without fsync everything would stay in the page cache, and the disk would do nothing while the operation runs.
        if (batch % effort.batchesPerSync === 0) await file.sync();
        const stored = await file.read(bytes, offset);
        mustEqual(stored, text, `Lines ${from} to ${to} of a work file`);
        digest.update(stored).update(await throughRedis(stored, batch));
      }
      await file.sync();
    } finally {
      await source?.remove();
    }
  }

  async function throughRedis(text: string, batch: number): Promise<string> {
    const key = redisKey(task.runId, batch % slots);
    await redisCall(redis, (client) => client.set(key, text, "EX", keyTtlS));
    const value = await redisCall(redis, (client) => client.get(key));
    mustEqual(value, text, `Redis key ${key}`);
    return value ?? "";
  }

  return withRedisKeys(redis, keys, async () => {
    try {
      for (let pass = 1; pass <= effort.passes; pass++) await writePass(pass);
    } finally {
      await previous?.remove();
    }
    return digest.digest("hex");
  });
}
