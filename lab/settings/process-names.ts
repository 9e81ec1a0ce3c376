import { HoldupError } from "../../core/errors.ts";
import { type ServiceName, serviceNames } from "../../shared/pipeline/stages.ts";
import { nearest } from "./nearest.ts";

/**
 * `processing` or `processing-service` as the service's name.
 *
 * @throws HoldupError HOLDUP_USAGE that lists the names
 */
export function serviceName(given: string): ServiceName {
  const found = serviceNames.find((name) => name === given || name === `${given}-service`);
  if (found) return found;
  const guess = nearest(given, [
    ...serviceNames,
    ...serviceNames.map((name) => name.replace("-service", "")),
  ]);
  throw new HoldupError(
    "HOLDUP_USAGE",
    `There is no service "${given}"${guess ? `; did you mean ${guess}?` : "."} Services: ${serviceNames.join(", ")}.`,
  );
}
