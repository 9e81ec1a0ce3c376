import { describe, expect, it } from "vitest";
import { deliveriesOf } from "../deliveries/deliveries.ts";
import { handled, offset, sent, span } from "../deliveries/spans.fixture.ts";
import type { Attributes } from "../span.ts";
import { createTraceTable } from "./trace-table.ts";

const [epochMs, dayMs] = [1_767_225_600_000, 86_400_000];

/** A run from 10 ms to 110 ms, with an operation, of a message sent at 1 ms. */
function read(facts: Attributes, work: Attributes = {}) {
  const table = createTraceTable();
  const attributes = { "workload.operation": "json_processing", ...work };
  table.add(sent({ id: "s", at: 0, for: 1 }));
  table.add(handled({ id: "p", parentSpanId: "s", at: 10, for: 100, facts: { ...offset(1), ...facts } }));
  table.add(handled({ id: "lost", traceId: "u", at: 10, for: 100, facts: { ...offset(2), ...facts } }));
  table.add(span({ id: "w", parentSpanId: "p", at: 20, for: 50, attributes }));
  const finished = table.finish();
  const { deliveries } = deliveriesOf(finished);
  return {
    run: deliveries.find((delivery) => delivery.offset === 1)?.run,
    lost: deliveries.find((delivery) => delivery.offset === 2),
    /** Counts by kind. */
    gaps: finished.gaps.list().map(({ count }) => count),
  };
}

describe("an impossible value is reported once and ignored:", () => {
  it.each([
    ["in seconds", 1_767_225_600],
    ["in ns", 1_767_225_600_000e6],
    ["of a year ago", epochMs - 365 * dayMs],
    ["negative", -5],
    ["practically infinite", 1e305],
    ["a text", "yesterday"],
  ])("a record's timestamp %s", (_, timestamp) => {
    const { lost, gaps } = read({ "messaging.kafka.message.timestamp": timestamp });
    expect(lost?.availableNs).toBeUndefined();
    expect(gaps).toEqual([2]);
  });

  it("but a record without a timestamp is not reported", () => {
    const { lost, gaps } = read({ "messaging.kafka.message.timestamp": -1 });
    expect(lost?.availableNs).toBeUndefined();
    expect(gaps).toEqual([]);
  });

  it.each([1e305, -1, "long"])("%s ms in the queue", (ms) => {
    const { lost, gaps } = read({ "kafka.record.queue_time_ms": ms });
    expect(lost?.availableNs).toBeUndefined();
    expect(gaps).toEqual([2]);
  });

  it.each(["holdup.partition.assigned_at", "holdup.fetched_at"])("%s after the run began", (fact) => {
    for (const ms of [epochMs + 60_000, epochMs - 60 * dayMs, 1e305]) {
      const { run, gaps } = read({ [fact]: ms });
      expect(run).toMatchObject({ assignedNs: undefined, fetchedNs: undefined });
      expect(gaps).toEqual([2]);
    }
  });

  it.each(["workload.queue_ms", "resource.cpu.time_ms", "resource.memory.max_mb"])("%s of work", (fact) => {
    for (const amount of [1e308, -1]) {
      const { run, gaps } = read({}, { [fact]: amount });
      expect(run?.work).toMatchObject([{ queueNs: 0, cpuNs: undefined, memoryBytes: undefined }]);
      expect(gaps).toEqual([1]);
    }
  });
});

it("a fetch just after the start of its run, within the jitter of clocks, counts as at the start", () => {
  const { run, gaps } = read({ "holdup.fetched_at": epochMs + 12 });
  expect(run?.fetchedNs).toBe(run?.startNs);
  expect(gaps).toEqual([]);
});
