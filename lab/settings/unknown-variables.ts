import { HoldupError } from "../../core/errors.ts";
import { allSettings, type Env } from "./lab-config.ts";
import { nearest } from "./nearest.ts";

const known = Object.values(allSettings).map(({ variable }) => variable);

/**
 * A misspelt variable would silently leave its default in force, so it is an error instead.
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
