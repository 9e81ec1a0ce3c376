import type { LabConfig } from "../settings/lab-config.ts";
import type { ProcessEntry } from "../state/lab-file.ts";
import type { StatePaths } from "../state/paths.ts";

/** What the processes of one lab have in common. */
export type LabPlace = {
  /** The repository's folder. */
  readonly root: string;
  readonly config: LabConfig;
  readonly paths: StatePaths;
  readonly env: NodeJS.ProcessEnv;
};

export type Launch = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
};

/** One process of the lab: how to start it, and when it is ready. */
export type ProcessSpec = {
  readonly name: string;
  readonly kind: ProcessEntry["kind"];
  readonly service: string;
  /** Where it listens, unless it reports its port over IPC. */
  readonly port?: number;
  readonly container?: string;
  readonly reportsPort: boolean;
  readonly log: string;
  /** Prepares what a start needs (a formatted folder, a free port); called before every attempt. */
  launch(restarts: number): Promise<Launch>;
  isReady(port: number | undefined): Promise<boolean>;
};
