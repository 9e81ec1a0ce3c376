import { setTimeout as delay } from "node:timers/promises";
import type { Lab } from "../lab.ts";
import { type Sample, samplesOf } from "./sample.ts";

const everyMs = 1000;

/** Samples of all that runs, once a second, until the signal. */
export async function* watch(
  lab: Pick<Lab, "readings">,
  signal: AbortSignal,
): AsyncGenerator<readonly Sample[]> {
  let before = await lab.readings();
  let dueMs = performance.now();
  while (!signal.aborted) {
    dueMs = Math.max(dueMs + everyMs, performance.now());
    await delay(dueMs - performance.now(), undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const now = await lab.readings();
    const samples = samplesOf(before, now);
    before = now;
    if (samples.length > 0) yield samples;
  }
}
