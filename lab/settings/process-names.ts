import { HoldupError } from "../../core/errors.ts";
import { stageName } from "../../core/format.ts";
import { type ServiceName, serviceNames } from "../../shared/pipeline/stages.ts";
import { nearest } from "./nearest.ts";

/** Processes of the lab that are not services; each runs once. */
export const infraNames = ["console", "kafka", "redis", "trace-store"] as const;

/** The short name of a process: `processing-1` for the replica `processing-service-1`; other names stay as they are. */
export function shortProcessName(name: string): string {
  return name.replace(/-service(?=-\d+$|$)/, "");
}

/** For help texts: the services as typed in commands. */
export const shortServiceNames: readonly string[] = serviceNames.map(stageName);

/** Error for a name that does not exist; it suggests the nearest of `names` (and of `aliases`) and lists `names`. */
export function unknownName(
  { noun, plural }: { readonly noun: string; readonly plural: string },
  given: string,
  names: readonly string[],
  aliases: readonly string[] = [],
): HoldupError {
  const guess = nearest(given, [...names, ...aliases]);
  const hint = guess ? `; did you mean ${guess}?` : ".";
  const list = names.length > 0 ? ` ${plural}: ${names.join(", ")}.` : "";
  return new HoldupError("HOLDUP_USAGE", `There is no ${noun} "${given}"${hint}${list}`);
}

/**
 * The service that `processing` or `processing-service` names.
 *
 * @throws HoldupError HOLDUP_USAGE that lists the names
 */
export function serviceName(given: string): ServiceName {
  const found = serviceNames.find((name) => name === given || stageName(name) === given);
  if (found) return found;
  throw unknownName({ noun: "service", plural: "Services" }, given, serviceNames, shortServiceNames);
}
