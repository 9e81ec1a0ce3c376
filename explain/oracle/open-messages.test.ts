import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../explain.ts";
import { cutAt, without } from "./distortions.fixture.ts";
import { type Message, ms, type Simulation } from "./model.fixture.ts";
import { type ScenarioOptions, scenarios } from "./scenarios.fixture.ts";
import { serviceOf, topicOf } from "./services.fixture.ts";
import { simulate } from "./simulate.fixture.ts";
import { epochNs, spansOf } from "./spans.fixture.ts";

const { ORACLE_SEED = "20261121", ORACLE_RUNS = "60" } = process.env;
fc.configureGlobal({ seed: Number(ORACLE_SEED), numRuns: Number(ORACLE_RUNS) });

/** Spans are exported some seconds after they end; by then all that ended before the cut have arrived. */
const exportNs = 6_000_000_000;

/** What explain reports as open after a cut at a share of the time, and the messages that really were. */
function openAfter(simulation: Simulation, share: number, hasOwnAttributes: boolean) {
  const endNs = Math.max(...simulation.runs.map((run) => run.endNs));
  const cutNs = Math.floor(endNs * share);
  const given = cutAt(spansOf(simulation).spans, epochNs + BigInt(cutNs));
  const { open, origin } = explain(hasOwnAttributes ? given : without(given, "holdup.order.id"), {
    nowMs: Number((epochNs + BigInt(cutNs + exportNs)) / 1_000_000n),
  });
  const shiftNs = Number(BigInt(Date.parse(origin)) * 1_000_000n - epochNs);
  const messages = simulation.deliveries.map(({ message }) => message);
  const reported = open.messages.map((finding) => ({
    finding,
    message: messages.find(
      ({ stage, topic, order }) =>
        topicOf(topic) === finding.topic &&
        serviceOf(stage) === finding.stage &&
        // The trace of an order ends in its number.
        order === Number.parseInt(finding.traceId.slice(16), 16),
    ),
    startedNs: finding.startedAtNs === undefined ? undefined : finding.startedAtNs + shiftNs,
  }));
  const isHandled = ({ attempts }: Message) => attempts.some((run) => !run.crashed && run.endNs <= cutNs);
  return { cutNs, reported, messages, isHandled };
}

function inEach(
  options: Partial<ScenarioOptions>,
  check: (simulation: Simulation, open: ReturnType<typeof openAfter>) => void,
): void {
  const shares = fc.integer({ min: 10, max: 90 }).map((percent) => percent / 100);
  fc.assert(
    fc.property(scenarios(options), shares, fc.boolean(), (scenario, share, hasOwnAttributes) => {
      const simulation = simulate(scenario);
      check(simulation, openAfter(simulation, share, hasOwnAttributes));
    }),
  );
}

describe("after a cut in time, explain reports as open", () => {
  it("no message that was handled, and as begun none that was not", () => {
    const options = { modes: ["each-message", "by-key"], crashes: true, rebalances: true } as const;
    inEach({ ...options, failures: true, secondGroups: true }, (_, { cutNs, reported, isHandled }) => {
      for (const { message, startedNs } of reported) {
        expect(message).toBeDefined();
        if (!message) continue;
        expect(message.availableNs).toBeLessThanOrEqual(cutNs);
        expect(isHandled(message)).toBe(false);
        if (startedNs === undefined) continue;
        const begun = message.attempts.filter((run) => run.startNs <= startedNs && run.endNs > cutNs);
        expect(begun).toHaveLength(1);
      }
    });
  });

  it("every message of a group that has handled others, unless one that was sent later has been handled", () => {
    inEach({ modes: ["each-message"], rebalances: true }, (_, { cutNs, reported, messages, isHandled }) => {
      const found = new Set(reported.map(({ message }) => message));
      for (const message of messages) {
        if (message.availableNs > cutNs || isHandled(message)) continue;
        const handled = messages.filter((one) => one.stage === message.stage && isHandled(one));
        if (handled.length === 0 || mayHavePassed(message, handled)) continue;
        expect(found.has(message)).toBe(true);
      }
    });
  });

  it("as begun what has already ended a part of its work", () => {
    let begun = 0;
    inEach({ modes: ["each-message"], stages: 1 }, (_, { cutNs, reported }) => {
      for (const { message, startedNs } of reported) {
        const run = message?.attempts.find(({ startNs, endNs }) => startNs <= cutNs && endNs > cutNs);
        // The first of two operations has ended.
        if (!run || cutNs < (run.startNs + run.endNs) / 2 + ms) continue;
        expect(startedNs).toBeGreaterThanOrEqual(run.startNs);
        begun += 1;
      }
    });
    expect(begun).toBeGreaterThan(5);
  });
});

/** Whether it could look like a lost span: a message that was sent later, to its partition as far as that is known, was handled. */
function mayHavePassed({ partition, key, sentNs }: Message, handled: readonly Message[]): boolean {
  const isKnown = handled.some((one) => one.key === key);
  const partitions = Map.groupBy(handled, (one) => one.partition);
  const passed = (ofPartition: readonly Message[] = []) => ofPartition.some((one) => one.sentNs > sentNs);
  return isKnown ? passed(partitions.get(partition)) : [...partitions.values()].every(passed);
}
