import { toHoldupError } from "../../core/errors.ts";
import type { OffsetReader } from "../../shared/kafka/offsets.ts";
import { stageOfTopic } from "../../shared/pipeline/stages.ts";
import type { Redis } from "../../shared/redis.ts";
import { readReports } from "../../shared/report/read-reports.ts";
import type { InstanceReport } from "../../shared/report/report.ts";
import type { PipelineState, RunningBar, TopicState } from "../api.ts";
import { createTopicStates } from "./topic-states.ts";

export type PipelineReading = { readonly pipeline: PipelineState; readonly running: readonly RunningBar[] };

type Problem = PipelineState["problems"][number];

/**
 * Reads topics from Kafka and the services' reports from Redis. Never throws: one that does not answer is listed in the
 * problems.
 */
export function createPipelineReader(options: {
  readonly redis: Redis;
  /** Called when the first page opens. */
  readonly watchTopics: () => Promise<OffsetReader>;
  /** Why spans cannot be read; undefined while they can. */
  readonly tracesProblem: () => Problem | undefined;
}) {
  let topicStates: Promise<ReturnType<typeof createTopicStates>> | undefined;
  let topics: readonly TopicState[] = [];

  async function orProblem<T>(
    component: string,
    work: Promise<T>,
  ): Promise<{ found?: T; problem?: Problem }> {
    try {
      return { found: await work };
    } catch (thrown) {
      return { problem: { component, message: toHoldupError(thrown).message } };
    }
  }

  async function readTopics(reported: Promise<readonly InstanceReport[]>): Promise<TopicState[]> {
    topicStates ??= options.watchTopics().then((watch) => createTopicStates(watch));
    return (await topicStates).read(reported);
  }

  return {
    async read(): Promise<PipelineReading> {
      const reporting = orProblem("Redis", readReports(options.redis));
      const [{ found: reports = [], problem: redisProblem }, { found, problem: kafkaProblem }] =
        await Promise.all([
          reporting,
          orProblem("Kafka", readTopics(reporting.then(({ found = [] }) => found))),
        ]);
      // The page shows the last known topics besides the problem.
      topics = found ?? topics;
      const problems = [redisProblem, kafkaProblem, options.tracesProblem()].filter(
        (one) => one !== undefined,
      );
      const pipeline = { atMs: Date.now(), topics, instances: reports.map(withoutRuns), problems };
      return { pipeline, running: reports.flatMap(runningBars) };
    },
    resetRates(): void {
      void topicStates?.then((states) => states.resetRates());
    },
  };
}

function withoutRuns({ runs: _, ...instance }: InstanceReport): PipelineState["instances"][number] {
  return instance;
}

function runningBars({ instance, service, runs }: InstanceReport): RunningBar[] {
  return runs.map((run): RunningBar => {
    const { orderId, topic, partition, offset, startedAtMs, availableAtMs, operation, intensity } = run;
    const stage = stageOfTopic(topic)?.group ?? service;
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
