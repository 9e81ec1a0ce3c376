import { toHoldupError } from "../../core/errors.ts";
import type { TopicWatch } from "../../shared/kafka/offsets.ts";
import { stages } from "../../shared/pipeline/stages.ts";
import type { Redis } from "../../shared/redis.ts";
import { readReports } from "../../shared/report/read-reports.ts";
import type { InstanceReport } from "../../shared/report/report.ts";
import type { PipelineState, RunningBar, TopicState } from "../api.ts";
import { createTopicStates } from "./topic-states.ts";

export type Looked = { readonly pipeline: PipelineState; readonly running: readonly RunningBar[] };

type Trouble = PipelineState["troubles"][number];

/** Looks at Kafka and at the services' reports. Never throws: what does not answer is among the troubles. */
export function createPipelineLook(options: {
  readonly redis: Redis;
  /** Asked for when a page looks for the first time. */
  readonly watchTopics: () => Promise<TopicWatch>;
  /** Why spans cannot be read; undefined while they can. */
  readonly tracesTrouble: () => Trouble | undefined;
}) {
  let topicStates: Promise<ReturnType<typeof createTopicStates>> | undefined;
  let topics: readonly TopicState[] = [];

  async function orTrouble<T>(what: string, work: Promise<T>): Promise<{ found?: T; trouble?: Trouble }> {
    try {
      return { found: await work };
    } catch (thrown) {
      return { trouble: { what, help: toHoldupError(thrown).message } };
    }
  }

  async function lookAtTopics(reported: Promise<readonly InstanceReport[]>): Promise<TopicState[]> {
    topicStates ??= options.watchTopics().then((watch) => createTopicStates(watch));
    return (await topicStates).look(reported);
  }

  return {
    async look(): Promise<Looked> {
      const reporting = orTrouble("Redis", readReports(options.redis));
      const [{ found: reports = [], trouble: noReports }, { found, trouble: noTopics }] = await Promise.all([
        reporting,
        orTrouble("Kafka", lookAtTopics(reporting.then(({ found = [] }) => found))),
      ]);
      // What was last known of the topics is shown beside the trouble.
      topics = found ?? topics;
      const troubles = [noReports, noTopics, options.tracesTrouble()].filter((one) => one !== undefined);
      const pipeline = { atMs: Date.now(), topics, instances: reports.map(withoutRuns), troubles };
      return { pipeline, running: reports.flatMap(runningBars) };
    },
    forget(): void {
      void topicStates?.then((states) => states.forget());
    },
  };
}

function withoutRuns({ runs: _, ...instance }: InstanceReport): PipelineState["instances"][number] {
  return instance;
}

function runningBars({ instance, service, runs }: InstanceReport): RunningBar[] {
  return runs.map((run): RunningBar => {
    const { orderId, topic, partition, offset, startedAtMs, availableAtMs, operation, intensity } = run;
    const stage = stages.find((consumer) => consumer.topic === topic)?.group ?? service;
    return {
      order: orderId ?? `${topic}/${partition}/${offset}`,
      stage,
      topic,
      partition,
      offset,
      consumer: instance,
      startedAtMs,
      availableAtMs,
      operation,
      intensity,
    };
  });
}
