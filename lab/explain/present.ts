import type { ExplainOptions } from "../../explain/explain.ts";
import { type OrderRecord, readOrders } from "../../shared/pipeline/order-store.ts";
import { type StageName, stageOfTopic, stages } from "../../shared/pipeline/stages.ts";
import { createRedis } from "../../shared/redis.ts";
import { readReports } from "../../shared/report/read-reports.ts";
import type { InstanceReport } from "../../shared/report/report.ts";

type Present = Pick<ExplainOptions, "running" | "progressOf" | "consumers" | "nowMs">;

/**
 * What a lab knows about orders besides spans: what its services handle now, and what they have recorded in Redis. Empty when Redis does
 * not answer, for spans alone show much.
 */
export async function readPresent(redisUrl: string, orderIds: readonly string[]): Promise<Present> {
  const redis = createRedis(redisUrl);
  try {
    // Reports first: what ends between the two has then been recorded as ended.
    const reports = await readReports(redis);
    const orders = await readOrders(redis, orderIds);
    return presentOf(reports, orders, Date.now());
  } catch {
    return {};
  } finally {
    redis.disconnect();
  }
}

/** The deliveries that services report as being handled, and how far each order is. */
export function presentOf(
  reports: readonly InstanceReport[],
  orders: ReadonlyMap<string, OrderRecord>,
  nowMs: number,
): Present & Required<Pick<Present, "progressOf">> {
  const stageOfGroup = new Map<string, StageName>(stages.map(({ group, name }) => [group, name]));
  return {
    nowMs,
    consumers: stages.map(({ topic, group }) => ({ topic, group })),
    progressOf(orderId, group) {
      const [order, stage] = [orders.get(orderId), stageOfGroup.get(group)];
      // A withdrawn order is not handled.
      if (!order || !stage || order.status === "withdrawn") return undefined;
      const { startedAt, endedAt } = order.stages[stage] ?? {};
      return { startedAtMs: msOf(startedAt), endedAtMs: msOf(endedAt) ?? msOf(deadAt(order, stage)) };
    },
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

/** When a stage gave an order up. */
function deadAt({ dead }: OrderRecord, stage: string): string | undefined {
  return dead?.stage === stage ? dead.at : undefined;
}

function msOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
