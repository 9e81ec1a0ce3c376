import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../holdup.ts";
import { type Broker, startBroker } from "./broker.ts";
import { faultsOf } from "./compare-run.ts";
import { writeRecording } from "./recording.ts";
import { createRunner, missingLanguages, type Runner, runs } from "./runs.ts";
import { languages } from "./toolchains.ts";

const liveDir = join(root, ".holdup", "foreign", "live");
const missing = await missingLanguages();

let broker: Broker;
let runner: Runner;

beforeAll(async () => {
  broker = await startBroker();
  runner = createRunner(broker.address);
});

afterAll(() => broker.stop());

describe.each(languages)("%s", (language) => {
  const why = missing.get(language);
  const own = runs.filter((run) => run.language === language);
  if (why !== undefined) {
    it.skip(`runs ${own.length} pipelines where there are its toolchains (${why})`);
    return;
  }

  beforeAll(() => runner.prepare(language));

  it.each(own)("$name is explained as it really was", async (run) => {
    writeRecording(liveDir, run.name, await runner.record(run));
    expect(await faultsOf(liveDir, run)).toEqual([]);
  });
});
