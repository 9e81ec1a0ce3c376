import type { ExplainOptions } from "../../explain/explain.ts";
import { stageOfTopic, stages } from "../../shared/pipeline/stages.ts";
import { createRedis } from "../../shared/redis.ts";
import { readReports } from "../../shared/report/read-reports.ts";
import type { InstanceReport } from "../../shared/report/report.ts";

/** What a lab's services report that they handle now; empty when Redis does not answer, for spans alone show much. */
export async function readPresent(
  redisUrl: string,
): Promise<Pick<ExplainOptions, "running" | "alive" | "nowMs">> {
  const redis = createRedis(redisUrl);
  try {
    return presentOf(await readReports(redis), Date.now());
  } catch {
    return {};
  } finally {
    redis.disconnect();
  }
}

/** The deliveries that services report as being handled, and the groups with a service that reports. */
export function presentOf(
  reports: readonly InstanceReport[],
  nowMs: number,
): Required<Pick<ExplainOptions, "running" | "alive" | "nowMs">> {
  const services = new Set(reports.map(({ service }) => service));
  return {
    nowMs,
    alive: new Set(stages.map(({ group }) => group).filter((group) => services.has(group))),
    running: reports.flatMap(({ runs }) =>
      runs.flatMap(({ topic, partition, offset, orderId, startedAtMs, operation, intensity }) => {
        const group = stageOfTopic(topic)?.group;
        return group === undefined
          ? []
          : [{ group, topic, partition, offset, orderId, startedAtMs, operation, intensity }];
      }),
    ),
  };
}
