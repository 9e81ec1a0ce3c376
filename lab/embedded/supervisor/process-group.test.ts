import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pino } from "pino";
import { expect, it } from "vitest";
import { createKafka } from "../../../shared/kafka/client.ts";
import { byService } from "../../../shared/pipeline/stages.ts";
import { readLabConfig } from "../../settings/lab-config.ts";
import type { ProcessEntry } from "../../state/lab-file.ts";
import { temporaryDir } from "../../system/testing/temporary-dir.ts";
import type { Launch, ProcessSpec } from "../process-spec.ts";
import type { LabRecord } from "./lab-record.ts";
import { createProcessGroup } from "./process-group.ts";

function memoryRecord(): LabRecord & { readonly history: readonly ProcessEntry[] } {
  const entries = new Map<string, ProcessEntry>();
  const history: ProcessEntry[] = [];
  return {
    history,
    processes: () => [...entries.values()],
    isWritten: () => true,
    put(entry) {
      history.push(entry);
      entries.set(entry.name, entry);
    },
    drop: (name) => void entries.delete(name),
    markUp() {},
    setPartitions() {},
    remove() {},
  };
}

/** A group without processes, whose services are launched once `prepared` is resolved; `launching` resolves when the first asks. */
function preparingGroup() {
  const dir = temporaryDir();
  const launching = Promise.withResolvers<void>();
  const prepared = Promise.withResolvers<Launch>();
  const slow = (name: string): ProcessSpec => ({
    name,
    kind: "service",
    service: "processing-service",
    reportsPort: false,
    log: join(dir, `${name}.log`),
    launch() {
      launching.resolve();
      return prepared.promise;
    },
    isReady: async () => true,
  });
  const record = memoryRecord();
  const group = createProcessGroup({
    config: readLabConfig({}, dir),
    env: {},
    infra: [],
    service: (name, instance) => slow(`${name}-${instance}`),
    console: slow("console"),
    replicas: byService(() => 0),
    kafka: createKafka({ brokers: ["127.0.0.1:1"], clientId: "test", log: pino({ level: "silent" }) }),
    record,
    report() {},
  });
  return { dir, group, launching, prepared, record };
}

it("starts nothing once it is being stopped", async () => {
  const { group, record } = preparingGroup();
  await group.stop(() => {});
  const scaled = group.scale("processing-service", 1, () => {});
  await expect(scaled).rejects.toMatchObject({ code: "HOLDUP_STOPPING" });
  expect(record.history).toEqual([]);
});

it("waits at a stop for a launch that is being prepared, and then spawns nothing", async () => {
  const { dir, group, launching, prepared, record } = preparingGroup();
  const scaled = expect(group.scale("processing-service", 1, () => {})).rejects.toMatchObject({
    code: "HOLDUP_STOPPING",
  });
  await launching.promise;

  let isStopped = false;
  const stopped = group
    .stop(() => {})
    .then(() => {
      isStopped = true;
    });
  await scaled;
  // Without a running process, only the launch can keep `stop` from ending in this turn.
  await nextTurn();
  expect(isStopped).toBe(false);

  prepared.resolve({ command: process.execPath, args: ["-e", ""], env: {}, cwd: dir });
  await stopped;
  expect(record.history.map(({ state }) => state)).toEqual(["starting", "stopped"]);
  expect(record.history.filter(({ running }) => running)).toEqual([]);
  expect(existsSync(join(dir, "processing-service-1.log"))).toBe(false);
});
