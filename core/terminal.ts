import type { ProgressStream } from "./progress.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Where a command prints, and the environment variables that decide how. */
export type Terminal = {
  readonly env: Env;
  readonly out: NodeJS.WriteStream;
  readonly error: NodeJS.WriteStream;
};

/**
 * Whether to write in colour: on a terminal that supports it. NO_COLOR turns it off, and FORCE_COLOR (except 0 and false)
 * turns it on everywhere, even when NO_COLOR is set, as Node does.
 */
export function hasColour({ env }: { readonly env: Env }, { isTTY }: { readonly isTTY?: boolean }): boolean {
  const forced = env["FORCE_COLOR"];
  if (forced) return forced !== "0" && forced !== "false";
  return isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** The stream for progress. A dumb terminal cannot erase a line, so it does not count as a terminal. */
export function progressStream({
  env,
  error,
}: {
  readonly env: Env;
  readonly error: ProgressStream;
}): ProgressStream {
  return env["TERM"] === "dumb" ? { write: (text) => error.write(text) } : error;
}
