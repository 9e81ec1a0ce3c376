import type { Bar, RunningBar } from "../../../api.ts";
import type { EndedRun } from "../../live/ended-runs.ts";
import type { TimeScale } from "../../time/time-scale.ts";
import type { Highlight } from "../highlight.ts";
import type { PlacedGroup } from "../layout.ts";
import type { Palette } from "./palette.ts";

/** Messages of a lane that wait to be handled. */
export type WaitingNow = { readonly count: number; readonly oldestMs: number | undefined };

/** Everything that one frame shows. */
export type Scene = {
  readonly groups: readonly PlacedGroup[];
  readonly scale: TimeScale;
  /** Pixels scrolled out at the top. */
  readonly scrollTop: number;
  readonly height: number;
  /** Now by the server's clock. */
  readonly nowMs: number;
  readonly running: readonly RunningBar[];
  /** Ended runs whose spans have not arrived yet. */
  readonly ended: readonly EndedRun[];
  /** By lane key. */
  readonly waitingNow: ReadonlyMap<string, WaitingNow>;
  readonly highlight: Highlight | undefined;
  /** Id of the bar with the keyboard focus. */
  readonly focus: string | undefined;
  readonly hover: string | undefined;
  /** Labels of the worst blockers, by id; longest text first. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly nameOf: (order: string) => string;
  readonly barOf: (id: string) => Bar | undefined;
};

export type Pen = { readonly context: CanvasRenderingContext2D; readonly palette: Palette };

export const rulerHeight = 24;
export const font = '600 12px system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';
export const smallFont = '11px system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';
/** Opacity of everything that is not highlighted. */
export const dimmed = 0.3;
