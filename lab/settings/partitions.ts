import type { PartitionLag } from "../../shared/kafka/offsets.ts";

/** How many partitions each topic has, from rows of which there is one for each partition and its group. */
export function partitionsIn(
  rows: readonly Pick<PartitionLag, "topic" | "partition">[],
): Record<string, number> {
  const ofTopic = Map.groupBy(rows, ({ topic }) => topic);
  return Object.fromEntries(
    [...ofTopic].map(([topic, of]) => [topic, new Set(of.map(({ partition }) => partition)).size]),
  );
}

/** Says which topics were there before with other partitions than are asked for; undefined when none was. */
export function partitionsNotice(
  partitionsOf: Readonly<Record<string, number>>,
  config: { readonly partitions: number; readonly external: { readonly kafka: boolean } },
): string | undefined {
  const others = Object.entries(partitionsOf).filter(([, count]) => count !== config.partitions);
  if (others.length === 0) return undefined;
  const counts = others.map(([topic, count]) => `${topic} has ${count} partition${count === 1 ? "" : "s"}`);
  const remedy = config.external.kafka
    ? "delete the topics from your Kafka first"
    : "./holdup stop --clean first (it removes the data)";
  return `${counts.join(", ")}; HOLDUP_PARTITIONS=${config.partitions} is for new topics: ${remedy}.`;
}
