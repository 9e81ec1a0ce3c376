import type { ProcessEntry } from "./state/lab-file.ts";

export type Launch = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
};

/** One process of the lab: how it is started, when it is ready, and how long it may take to end. */
export type ProcessSpec = {
  readonly name: string;
  readonly kind: ProcessEntry["kind"];
  readonly service: string;
  /** Where it listens, unless it says so itself over IPC. */
  readonly port?: number;
  readonly container?: string;
  readonly saysItsPort: boolean;
  readonly log: string;
  /** Makes ready what a start needs (a formatted folder, a free port); called before every attempt. */
  launch(restarts: number): Promise<Launch>;
  isReady(port: number | undefined): Promise<boolean>;
};
