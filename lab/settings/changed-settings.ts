import type { Env } from "../system/env.ts";

// It selects the lab; it does not configure it.
const stateDirVariable = "HOLDUP_STATE_DIR";

/** The variables of an environment that configure a lab; a blank one counts as unset. */
export function settingsIn(env: Env): Record<string, string> {
  const given = Object.entries(env).flatMap(([name, value]) =>
    /^(HOLDUP|OTEL)_/.test(name) && name !== stateDirVariable && value?.trim() ? [[name, value.trim()]] : [],
  );
  return Object.fromEntries(given);
}

/** Names of the settings that have changed, sorted. Values are left out: some contain passwords. */
export function changedSettings(before: Readonly<Record<string, string>>, env: Env): string[] {
  const now = settingsIn(env);
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]).sort();
}
