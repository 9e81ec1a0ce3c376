/**
 * Records runs anew: `node tests/foreign/record.ts [name…]`. A name is a run (`kafkajs-a`) or a library (`kafkajs`); without
 * names, all are recorded.
 */
import { startBroker } from "./broker.ts";
import { recordedDir, writeAdvice, writeRecording } from "./recording.ts";
import { createRunner, missingLanguages, runs } from "./runs.ts";

const names = process.argv.slice(2);
const chosen = runs.filter(
  ({ name, library }) => names.length === 0 || names.includes(name) || names.includes(library),
);
const unknown = names.filter((name) => !chosen.some((run) => run.name === name || run.library === name));
if (unknown.length > 0) throw new Error(`no run and no library is called ${unknown.join(", ")}`);

const missing = await missingLanguages();
for (const [language, why] of missing) console.log(`left out: everything in ${language} (${why})`);
const broker = await startBroker();
try {
  const runner = createRunner(broker.address);
  for (const run of chosen.filter(({ language }) => !missing.has(language))) {
    const startedMs = performance.now();
    try {
      writeRecording(recordedDir, run.name, await runner.record(run));
      if (run.advice !== undefined) writeAdvice(recordedDir, run.name, run.advice);
      console.log(`${run.name} (${((performance.now() - startedMs) / 1000).toFixed()} s)`);
    } catch (thrown) {
      process.exitCode = 1;
      console.log(`${run.name} FAILED: ${thrown instanceof Error ? thrown.message : thrown}`);
    }
  }
} finally {
  await broker.stop();
}
