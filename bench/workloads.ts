/**
 * Runs each operation at its smallest and largest size, at scale 1, and prints the fastest of three runs: other load on the
 * machine only ever adds time. Uses the Redis of HOLDUP_REDIS_URL.
 */

import { type OperationName, operationNames } from "../shared/pipeline/workload-names.ts";
import { readConfig } from "../shared/settings.ts";
import { operations } from "../workloads/operations.ts";
import { createPool, type SliceWatch } from "../workloads/pool.ts";
import { monotonicMs, type SliceTimes, timesOf } from "../workloads/slice.ts";
import { slicesOf } from "../workloads/workloads.ts";

const config = readConfig(process.env);
const options = { ...config, threads: 2, scale: 1, maxQueue: 1 };
const pool = createPool(options);

async function measure(operation: OperationName, items: number) {
  const slices: SliceTimes[] = [];
  let peakRssMb = 0;
  const watch: SliceWatch = {
    sliceStarted: () => undefined,
    sliceEnded: (_, outcome) => {
      if (outcome) slices.push(outcome);
    },
  };
  const sampling = setInterval(() => {
    peakRssMb = Math.max(peakRssMb, process.memoryUsage.rss() / 2 ** 20);
  }, 20);
  const { type, intensity } = operations[operation];
  const choice = { span: "data_analysis", type, intensity, operation, items, seed: 20_261_121 } as const;
  const submittedMs = monotonicMs();
  await pool.run(slicesOf(choice, crypto.randomUUID(), options), watch);
  clearInterval(sampling);
  const { runMs, cpuMs, threads } = timesOf(submittedMs, slices);
  return {
    operation,
    items,
    "run ms": Number(runMs.toFixed(1)),
    "CPU s": Number((cpuMs / 1000).toFixed(3)),
    "CPU %": Math.round((100 * cpuMs) / runMs),
    threads,
    "peak RSS MB": Math.round(peakRssMb),
  };
}

// Each runs once before measuring: the first run includes compiling and connecting.
for (const operation of operationNames) await measure(operation, operations[operation].min / 5);

const rows = [];
for (const operation of operationNames) {
  const { min, max } = operations[operation];
  for (const items of new Set([min, max])) {
    const runs = [];
    for (let run = 0; run < 3; run++) runs.push(await measure(operation, items));
    rows.push(...runs.toSorted((a, b) => a["run ms"] - b["run ms"]).slice(0, 1));
  }
}
console.table(rows);
await pool.stop();
