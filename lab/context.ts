import { type LabConfig, readLabConfig } from "./settings/lab-config.ts";
import type { Env } from "./system/env.ts";

/** What every command gets: settings, the repository's folder, and where to print. */
export type Context = {
  readonly env: Env;
  /** The repository's folder. */
  readonly root: string;
  readonly out: NodeJS.WriteStream;
  readonly error: NodeJS.WriteStream;
  /** Whether --compose was given. */
  asksForCompose(): boolean;
  /**
   * The settings of lab and services. They are read once, at the first call, so commands that need no settings work with
   * invalid ones.
   *
   * @throws HoldupError HOLDUP_CONFIG_INVALID with every wrong setting
   */
  config(): LabConfig;
};

export function createContext(given: Omit<Context, "config">): Context {
  let config: LabConfig | undefined;
  return {
    ...given,
    config: () => {
      config ??= readLabConfig(given.env, given.root);
      return config;
    },
  };
}

export function print(context: Pick<Context, "out">, text: string): void {
  context.out.write(`${text}\n`);
}

/** Prints to standard error, which keeps it apart from the result on standard output. */
export function notice(context: Pick<Context, "error">, text: string): void {
  context.error.write(`${text}\n`);
}
