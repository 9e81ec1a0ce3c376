import { createClock } from "./clock.fixture.ts";
import { createGroup, type Group } from "./group.fixture.ts";
import type { Message, Scenario, SimRun, Simulation, TrueDelivery } from "./model.fixture.ts";
import { createRandom } from "./random.fixture.ts";
import { createHistory, type History } from "./truth.fixture.ts";

/** Time from the send to the next stage until the end of the run. */
const lastStepsNs = [100_000, 300_000] as const;
const appendNs = [200_000, 800_000] as const;
const acknowledgeNs = [10_000, 200_000] as const;
/** The longest time from the begin of a send to its acknowledgement. */
const sendNs = appendNs[1] + acknowledgeNs[1];

/**
 * Runs a pipeline until nothing is left to do. The same scenario gives the same result.
 *
 * `truth: false` leaves out the waits, which is much faster for a large pipeline.
 */
export function simulate(scenario: Scenario, { truth = true }: { truth?: boolean } = {}): Simulation {
  const clock = createClock();
  const random = createRandom(scenario.seed);
  const runs: SimRun[] = [];
  const messages: Message[] = [];
  const histories = new Map<string, History>();
  const groups: Group[] = [];
  for (const [stage, spec] of scenario.stages.entries()) {
    const topic = spec.reads ?? stage;
    const onSuccess = (run: SimRun) => {
      if (topic !== stage) return;
      run.messages.forEach(({ order }, n) => {
        // A batch sends one message after another, in its order.
        const beforeEndNs = (run.messages.length - 1 - n) * sendNs + random.between(...lastStepsNs);
        send(topic + 1, order, run.endNs - beforeEndNs, run);
      });
    };
    const { sessionNs } = scenario;
    groups.push(createGroup({ stage, topic, spec, sessionNs, clock, random, runs, onSuccess }));
  }

  /** Sends an order to a topic; the producer gets its acknowledgement at `availableNs`. */
  function send(topic: number, order: number, availableNs: number, sentBy: SimRun | undefined): void {
    const readers = groups.filter((group) => group.topic === topic);
    const key = scenario.orders[order]?.key ?? 0;
    const appendedNs = availableNs - random.between(...(scenario.acknowledgeNs ?? acknowledgeNs));
    const sentNs = appendedNs - random.between(...appendNs);
    clock.at(appendedNs, () => {
      if (sentBy?.crashed) return;
      for (const { stage, lanes, append } of readers) {
        const partition = (key * 31 + topic * 7) % lanes.length;
        const offset = lanes[partition]?.log.length ?? 0;
        const message: Message = {
          ...{ order, stage, topic, partition, offset, key: `item-${key}` },
          ...{ sentNs, appendedNs, availableNs, sentBy, attempts: [] },
        };
        messages.push(message);
        append(message);
      }
    });
  }

  function historyOf(stage: number, partition: number, key: string | undefined): History {
    const unit = `${stage}/${partition}/${key ?? ""}`;
    const history = histories.get(unit) ?? createHistory(key === undefined ? "same-partition" : "same-key");
    histories.set(unit, history);
    return history;
  }

  const keys = [...new Set(scenario.orders.map(({ key }) => `item-${key}`))];
  function recordStates(): void {
    for (const [stage, group] of groups.entries()) {
      const units = scenario.stages[stage]?.mode === "by-key" ? keys : [undefined];
      for (const lane of group.lanes) {
        for (const key of units) {
          historyOf(stage, lane.partition, key).record(clock.now(), group.stateOf(lane, key));
        }
      }
    }
  }

  scenario.orders.forEach(({ atNs }, order) => {
    send(0, order, atNs + 2 * appendNs[1], undefined);
  });
  clock.run(truth ? recordStates : () => {});

  const holdsUpFetch = lastBatchOfFetch(runs);
  const deliveries = messages.map((message): TrueDelivery => {
    const run = message.attempts.find(({ failed, crashed }) => !failed && !crashed);
    if (!run) throw new Error(`order ${message.order} was never handled`);
    const { stage, partition, key } = message;
    const byKey = scenario.stages[stage]?.mode === "by-key";
    const history = truth ? histories.get(`${stage}/${partition}/${byKey ? key : ""}`) : undefined;
    return { message, run, wait: history?.waitOf(message, run, holdsUpFetch) ?? [] };
  });
  return { scenario, runs, deliveries };
}

/** Whether a run belongs to the last batch of its fetch to end: the next fetch waits for that one. */
function lastBatchOfFetch(runs: readonly SimRun[]): (run: SimRun) => boolean {
  const fetchOf = ({ stage, consumer, fetchedNs }: SimRun) => `${stage} ${consumer} ${fetchedNs}`;
  const last = new Map<string, SimRun>();
  for (const run of runs) {
    if ((last.get(fetchOf(run))?.endNs ?? 0) <= run.endNs) last.set(fetchOf(run), run);
  }
  return (run) => last.get(fetchOf(run))?.messages[0]?.partition === run.messages[0]?.partition;
}
