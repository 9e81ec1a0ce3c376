import type { LogEntry } from "./log-entry.ts";

/** The logs of a lab, or of a part of it, merged by time. */
export type LogSource = {
  /** Nothing was ever written. */
  readonly isEmpty: boolean;
  /** The newest entries that are wanted, oldest first. `isFollowed`: `follow` goes on behind them. */
  newest(count: number, isWanted: (entry: LogEntry) => boolean, isFollowed: boolean): Promise<LogEntry[]>;
  /** What is written from now on, until the signal. */
  follow(signal: AbortSignal): AsyncGenerator<LogEntry>;
};
