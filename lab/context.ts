import type { Env } from "./settings/lab-config.ts";

/** What every verb is given: the environment, where the repository is, and where to print. */
export type Context = {
  readonly env: Env;
  /** The repository's folder. */
  readonly root: string;
  readonly out: NodeJS.WriteStream;
  readonly error: NodeJS.WriteStream;
  /** Whether --compose was given. */
  asksForCompose(): boolean;
};

export function print(context: Context, text: string): void {
  context.out.write(`${text}\n`);
}

/** Something to know while the work goes on; kept apart from the answer on standard output. */
export function notice(context: Context, text: string): void {
  context.error.write(`${text}\n`);
}
