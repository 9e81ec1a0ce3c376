import type { Env } from "./lab-config.ts";

// It says which lab is meant, not how that runs.
const naming = "HOLDUP_STATE_DIR";

/** The variables in an environment that make a lab what it is; a blank one counts as unset. */
export function settingsIn(env: Env): Record<string, string> {
  const given = Object.entries(env).flatMap(([name, value]) =>
    /^(HOLDUP|OTEL)_/.test(name) && name !== naming && value?.trim() ? [[name, value.trim()]] : [],
  );
  return Object.fromEntries(given);
}

/** Names of the settings that are not what they were, sorted. Values stay untold: some hold passwords. */
export function changedSettings(before: Readonly<Record<string, string>>, env: Env): string[] {
  const now = settingsIn(env);
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]).sort();
}
