import { counted } from "../../core/format.ts";
import type { PartitionLag } from "../../shared/kafka/offsets.ts";

/** Partitions of each topic, from rows of one partition and group each. */
export function partitionsByTopic(
  rows: readonly Pick<PartitionLag, "topic" | "partition">[],
): Record<string, number> {
  const byTopic = Map.groupBy(rows, ({ topic }) => topic);
  return Object.fromEntries(
    [...byTopic].map(([topic, all]) => [topic, new Set(all.map(({ partition }) => partition)).size]),
  );
}

/** Names the existing topics whose number of partitions differs from the setting; undefined without any. */
export function partitionsWarning(
  partitionsOf: Readonly<Record<string, number>>,
  config: { readonly partitions: number; readonly external: { readonly kafka: boolean } },
): string | undefined {
  const differing = Object.entries(partitionsOf).filter(([, count]) => count !== config.partitions);
  if (differing.length === 0) return undefined;
  const counts = differing.map(([topic, count]) => `${topic} has ${counted(count, "partition")}`);
  const remedy = config.external.kafka
    ? "delete the topics from your Kafka first"
    : "./holdup stop --clean first (it removes the data)";
  return `${counts.join(", ")}; HOLDUP_PARTITIONS=${config.partitions} applies to new topics only: ${remedy}.`;
}
