import { configSchema } from "../../tracestore/config.ts";

// The lab sets address and ports of the trace store itself; these remain the user's.
const own = configSchema.pick({
  HOLDUP_TRACES_FILE: true,
  HOLDUP_TRACES_MAX_SPANS: true,
  HOLDUP_TRACES_MAX_BODY_BYTES: true,
});

export const traceVariables: readonly string[] = Object.keys(own.shape);

/** A line for each variable of the trace store that it would refuse. */
export function wrongTraceSettings(env: Readonly<Record<string, string | undefined>>): string[] {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const { error } = own.safeParse(given);
  return (error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    return `${name}=${given[name]}: expected ${message}`;
  });
}
