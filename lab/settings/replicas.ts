import { HoldupError } from "../../core/errors.ts";
import { byService, type ServiceName, stages } from "../../shared/pipeline/stages.ts";
import { serviceName } from "./process-names.ts";

/** How many processes of each service run. */
export type Replicas = Readonly<Record<ServiceName, number>>;

export const maxReplicas = 20;

/** @throws HoldupError HOLDUP_USAGE when the service cannot have this number of replicas */
export function checkReplicas(service: ServiceName, count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > maxReplicas) {
    throw new HoldupError("HOLDUP_USAGE", `${service}: expected 0 to ${maxReplicas} replicas.`);
  }
  if (service === "api-service" && count !== 1) {
    throw new HoldupError(
      "HOLDUP_USAGE",
      "api-service always has one replica: it owns the API's port, and two processes cannot share it.",
    );
  }
}

/**
 * Warns that a service has more replicas than its topic has partitions; undefined when it has not, or when the count is
 * unknown.
 */
export function idleReplicasWarning(
  service: ServiceName,
  count: number,
  partitionsOf: Readonly<Record<string, number>>,
): string | undefined {
  const topic = stages.find(({ group }) => group === service)?.topic;
  const partitions = topic && partitionsOf[topic];
  if (!partitions || count <= partitions) return undefined;
  return (
    `${service}: Kafka assigns a partition to one replica of a group, and ${topic} has ${partitions}; ` +
    `${count - partitions} of ${count} replicas will have nothing to do. HOLDUP_PARTITIONS sets the partitions of new topics.`
  );
}

/**
 * Reads `processing=2,analytics=3`; a service that is not named has one replica.
 *
 * @throws HoldupError HOLDUP_USAGE
 */
export function parseReplicas(list: string | undefined): Replicas {
  const given = (list ?? "").split(",").filter((entry) => entry.trim() !== "");
  const counts = new Map(given.map(parseEntry));
  return byService(({ service }) => counts.get(service) ?? 1);
}

function parseEntry(entry: string): [ServiceName, number] {
  const [name = "", count = "", ...rest] = entry.split("=");
  if (rest.length > 0 || !/^\d+$/.test(count.trim())) {
    throw new HoldupError("HOLDUP_USAGE", `--replicas: "${entry}" is not of the form processing=2.`);
  }
  const service = serviceName(name.trim());
  checkReplicas(service, Number(count));
  return [service, Number(count)];
}
