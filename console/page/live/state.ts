import type {
  Bar,
  BurstProgress,
  LiveEvent,
  OrderRow,
  PipelineState,
  RunningBar,
  WindowAnswer,
} from "../../api.ts";
import type { EndedRun } from "./ended-runs.ts";

/**
 * `connecting` before the first answer, `live` while events come, `lost` after that stopped.
 */
export type Connection = "connecting" | "live" | "lost";

export type Deliveries = Extract<LiveEvent, { event: "deliveries" }>["data"];

/** All that the page knows of the lab. */
export type LiveState = {
  readonly connection: Connection;
  /** When the connection was lost. */
  readonly lostAtMs: number | undefined;
  /** The last window that was asked for; undefined until the first has come. */
  readonly window: Pick<WindowAnswer, "version" | "truncated" | "verdict" | "numbersFromMs"> | undefined;
  /** Why the window could not be had. */
  readonly trouble: string | undefined;
  readonly bars: ReadonlyMap<string, Bar>;
  readonly orders: ReadonlyMap<string, OrderRow>;
  /** The last deliveries that came by themselves: a window that was asked for may be older than they. */
  readonly news: readonly Deliveries[];
  readonly running: readonly RunningBar[];
  /** Runs that have ended and whose bars have not come yet. */
  readonly ended: readonly EndedRun[];
  readonly pipeline: PipelineState | undefined;
  /** The last states of the pipeline, oldest first, for the small time series. */
  readonly history: readonly PipelineState[];
  /** The server's; another one after it was started anew. */
  readonly boot: string | undefined;
  readonly burst: BurstProgress | undefined;
  /** The console that sent the burst went away before its end: nobody tells its progress any more. */
  readonly isBurstOrphaned: boolean;
  /** How far the server's clock is ahead of this one's. */
  readonly clockAheadMs: number;
};

export const nothingYet: LiveState = {
  connection: "connecting",
  lostAtMs: undefined,
  window: undefined,
  trouble: undefined,
  bars: new Map(),
  orders: new Map(),
  news: [],
  running: [],
  ended: [],
  pipeline: undefined,
  history: [],
  boot: undefined,
  burst: undefined,
  isBurstOrphaned: false,
  clockAheadMs: 0,
};
