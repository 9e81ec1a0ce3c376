import { HoldupError } from "../../core/errors.ts";
import { type ServiceName, stages } from "../../shared/pipeline/stages.ts";
import { serviceName } from "./process-names.ts";

const mostReplicas = 20;

/**
 * @throws HoldupError HOLDUP_USAGE when a service cannot run so many times
 */
export function checkReplicas(service: ServiceName, count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > mostReplicas) {
    throw new HoldupError("HOLDUP_USAGE", `${service}: replicas go from 0 to ${mostReplicas}.`);
  }
  if (service === "api-service" && count !== 1) {
    throw new HoldupError(
      "HOLDUP_USAGE",
      "api-service always runs once: it owns the API's port, and two processes cannot share it.",
    );
  }
}

/**
 * What there is to know about more replicas than the service's topic has partitions; undefined when there is nothing to
 * say, or the partitions are not known.
 */
export function idleReplicasHint(
  service: ServiceName,
  count: number,
  partitionsOf: Readonly<Record<string, number>>,
): string | undefined {
  const topic = stages.find(({ group }) => group === service)?.topic;
  const partitions = topic && partitionsOf[topic];
  if (!partitions || count <= partitions) return undefined;
  return (
    `${service}: Kafka gives a partition to one replica of a group, and ${topic} has ${partitions}; ` +
    `${count - partitions} of ${count} replicas will have nothing to do. HOLDUP_PARTITIONS sets how many new topics get.`
  );
}

/**
 * Reads `processing=2,analytics=3`; every service that is not named runs once.
 *
 * @throws HoldupError HOLDUP_USAGE
 */
export function parseReplicas(list: string | undefined): Record<ServiceName, number> {
  const replicas = {
    "api-service": 1,
    "processing-service": 1,
    "notification-service": 1,
    "analytics-service": 1,
  };
  for (const part of (list ?? "").split(",").filter((text) => text.trim() !== "")) {
    const [name = "", count = "", ...rest] = part.split("=");
    if (rest.length > 0 || !/^\d+$/.test(count.trim())) {
      throw new HoldupError("HOLDUP_USAGE", `--replicas: "${part}" is not of the form processing=2.`);
    }
    const service = serviceName(name.trim());
    checkReplicas(service, Number(count));
    replicas[service] = Number(count);
  }
  return replicas;
}
