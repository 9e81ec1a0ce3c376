import { HoldupError } from "../../core/errors.ts";
import type { Env } from "../system/env.ts";
import { allSettings } from "./lab-config.ts";
import { nearest } from "./nearest.ts";

const known = Object.values(allSettings).map(({ variable }) => variable);

/**
 * Refuses misspelt variables: otherwise the default would silently stay in force.
 *
 * @throws HoldupError HOLDUP_CONFIG_INVALID that lists each unknown HOLDUP_ variable and the nearest known one
 */
export function refuseUnknownVariables(env: Env): void {
  const unknown = Object.keys(env).filter((name) => name.startsWith("HOLDUP_") && !known.includes(name));
  if (unknown.length === 0) return;
  const lines = unknown.sort().map((name) => {
    const guess = nearest(name, known);
    return guess ? `${name}: did you mean ${guess}?` : `${name}: no such setting`;
  });
  throw new HoldupError(
    "HOLDUP_CONFIG_INVALID",
    `Unknown settings in the environment:\n  ${lines.join("\n  ")}`,
  );
}
