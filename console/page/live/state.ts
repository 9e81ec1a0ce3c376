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

/** `connecting` before the first answer, `live` while events arrive, `lost` after they stopped. */
export type Connection = "connecting" | "live" | "lost";

export type Deliveries = Extract<LiveEvent, { event: "deliveries" }>["data"];

/** Everything that the page knows about the lab. */
export type LiveState = {
  readonly connection: Connection;
  /** When the connection was lost. */
  readonly lostAtMs: number | undefined;
  /** The last window read; undefined before the first. */
  readonly window: Pick<WindowAnswer, "version" | "truncated" | "verdict" | "numbersFromMs"> | undefined;
  /** Why the window could not be read. */
  readonly windowError: string | undefined;
  readonly bars: ReadonlyMap<string, Bar>;
  readonly orders: ReadonlyMap<string, OrderRow>;
  /** Recent events: they may be newer than a window that arrives after them. */
  readonly recentDeliveries: readonly Deliveries[];
  readonly running: readonly RunningBar[];
  /** Runs that have ended and whose bars have not arrived yet. */
  readonly ended: readonly EndedRun[];
  readonly pipeline: PipelineState | undefined;
  /** Recent states of the pipeline, oldest first, for the time series. */
  readonly history: readonly PipelineState[];
  /** Identifies the run of the server; changes when it restarts. */
  readonly boot: string | undefined;
  readonly burst: BurstProgress | undefined;
  /** The console that sent the burst ended before the burst, so its progress is unknown. */
  readonly isBurstOrphaned: boolean;
  /** Server clock minus the clock of this machine. */
  readonly clockAheadMs: number;
};

export const initialState: LiveState = {
  connection: "connecting",
  lostAtMs: undefined,
  window: undefined,
  windowError: undefined,
  bars: new Map(),
  orders: new Map(),
  recentDeliveries: [],
  running: [],
  ended: [],
  pipeline: undefined,
  history: [],
  boot: undefined,
  burst: undefined,
  isBurstOrphaned: false,
  clockAheadMs: 0,
};
