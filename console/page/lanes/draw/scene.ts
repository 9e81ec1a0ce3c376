import type { Bar, RunningBar } from "../../../api.ts";
import type { EndedRun } from "../../live/ended-runs.ts";
import type { TimeScale } from "../../time/time-scale.ts";
import type { Highlight } from "../highlight.ts";
import type { PlacedGroup } from "../layout.ts";
import type { Palette } from "./palette.ts";

/** Messages of a lane that nobody handles yet. */
export type WaitingNow = { readonly count: number; readonly oldestMs: number | undefined };

/** All that one frame shows. */
export type Scene = {
  readonly groups: readonly PlacedGroup[];
  readonly scale: TimeScale;
  /** Pixels of the lanes that are scrolled away. */
  readonly scrollTop: number;
  readonly height: number;
  /** The server's now. */
  readonly nowMs: number;
  readonly running: readonly RunningBar[];
  /** Runs that have ended and whose spans have not come yet. */
  readonly ended: readonly EndedRun[];
  /** By lane key: what is known of messages that wait now, which no span tells of yet. */
  readonly waitingNow: ReadonlyMap<string, WaitingNow>;
  readonly highlight: Highlight | undefined;
  /** Id of the bar that the keyboard is at. */
  readonly focus: string | undefined;
  readonly hover: string | undefined;
  /** Texts for the bars that cost others most, by id. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly nameOf: (order: string) => string;
  readonly barOf: (id: string) => Bar | undefined;
};

export type Pen = { readonly context: CanvasRenderingContext2D; readonly palette: Palette };

export const rulerHeight = 24;
export const font = '600 12px system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';
export const smallFont = '11px system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';
/** What is not lit up while something is. */
export const dimmed = 0.3;
