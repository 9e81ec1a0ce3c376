import type { Context } from "../context.ts";
import type { createProgress } from "./progress.ts";

type ProgressStream = Parameters<typeof createProgress>[0];

/**
 * Whether to write in colour: on a terminal that has it. NO_COLOR takes it away, and FORCE_COLOR (but 0 and false) puts it
 * everywhere, also where NO_COLOR is set, as Node has it.
 */
export function hasColour({ env }: Pick<Context, "env">, { isTTY }: { readonly isTTY?: boolean }): boolean {
  const forced = env["FORCE_COLOR"];
  if (forced) return forced !== "0" && forced !== "false";
  return isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** Where to say how far something is: a dumb terminal cannot take a line away again, so it counts as none. */
export function progressStream({
  env,
  error,
}: Pick<Context, "env"> & { readonly error: ProgressStream }): ProgressStream {
  return env["TERM"] === "dumb" ? { write: (text) => error.write(text) } : error;
}
