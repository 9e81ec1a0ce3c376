import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { type LabFile, type ProcessEntry, readLabFile } from "../../state/lab-file.ts";
import { temporaryDir } from "../../system/testing/temporary-dir.ts";
import { createRecord } from "./lab-record.ts";

const lab: LabFile = {
  version: 1,
  startedMs: 1,
  supervisor: { pid: 1, startTime: "then", port: 1, token: "secret" },
  isUp: false,
  portOffset: 0,
  partitionsOf: {},
  brokers: [],
  redisUrl: "redis://127.0.0.1:6379",
  jaegerUrl: "http://127.0.0.1:16686",
  otlpEndpoint: "http://127.0.0.1:4318",
  host: "127.0.0.1",
  settings: {},
  processes: [],
};

const probe: ProcessEntry = {
  name: "probe-1",
  kind: "service",
  service: "probe",
  state: "ready",
  restarts: 0,
};

it("survives a full disk, reports it once, and writes when it can", async () => {
  const path = join(temporaryDir(), "lab.json");
  const onFailure = vi.fn<(thrown: unknown) => void>();
  const record = createRecord(path, lab, onFailure);
  onTestFinished(() => record.remove());
  // The new list is written there before it replaces the old one.
  mkdirSync(`${path}.new`);
  record.put(probe);
  record.markUp();
  expect([record.isWritten(), onFailure.mock.calls.length]).toEqual([false, 1]);
  expect(readLabFile(path)).toEqual(lab);
  expect(record.processes()).toEqual([probe]);

  rmdirSync(`${path}.new`);
  await vi.waitFor(() => expect(readLabFile(path)).toEqual({ ...lab, isUp: true, processes: [probe] }), 5000);
  expect(record.isWritten()).toBe(true);
});

it("writes every change to disk before the call returns", () => {
  const path = join(temporaryDir(), "lab.json");
  const record = createRecord(path, lab, () => {});
  record.put(probe);
  record.put({ ...probe, restarts: 1 });
  record.setPartitions({ orders: 6 });
  expect(readLabFile(path)).toMatchObject({ partitionsOf: { orders: 6 }, processes: [{ restarts: 1 }] });
  record.drop(probe.name);
  expect(readLabFile(path)?.processes).toEqual([]);
});
