import type { RunningBar } from "../../../api.ts";
import { isReportedBy } from "../../live/ended-runs.ts";
import { shortName } from "../../text/format.ts";
import { xOf } from "../../time/time-scale.ts";
import { intensityRank } from "../intensity.ts";
import { laneKey } from "../lane.ts";
import { barTopOf, type PlacedLane } from "../layout.ts";
import { forVisibleBars } from "../visible-bars.ts";
import { font, type Pen, type Scene } from "./scene.ts";

/** Patterns and labels need at least this many pixels. */
const minPatternPx = 7;
const minLabelPx = 12;

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** The bars of a lane in view. */
export function drawBars(pen: Pen, scene: Scene, placed: PlacedLane): void {
  const { lane, barRows, barHeight } = placed;
  forVisibleBars(lane, scene.scale, barRows, ({ x, width, bar: n, count }, row) => {
    const box = { x, y: barTopOf(placed, row), width, height: barHeight - 1 };
    fillBar(pen, box, lane.intensity[n] ?? 0);
    if (count > 1 || width < minLabelPx) return;
    const bar = lane.bars[n];
    if (!bar) return;
    const flags = scene.highlight ? [] : (scene.flags.get(bar.id) ?? []);
    labelBar(pen, scene, box, lane.intensity[n] ?? 0, [...flags, bar.orderName, shortName(bar.orderName)]);
    if (bar.failed) crossOut(pen, box);
  });
}

export function fillBar({ context, palette }: Pen, { x, y, width, height }: Box, intensity: number): void {
  const paint = palette.bars[intensity];
  if (!paint) return;
  context.fillStyle = paint.fill;
  // One pixel of surface separates neighbours.
  const inner = width > 4 ? width - 1 : width;
  context.fillRect(x, y, inner, height);
  if (paint.pattern && width >= minPatternPx) {
    context.fillStyle = paint.pattern;
    context.fillRect(x, y, inner, height);
  }
}

/** Writes the first text that fits into the visible part of a bar; on a plain plate, since text on patterns is hard to read. */
export function labelBar(
  { context, palette }: Pen,
  { scale }: Scene,
  { x, y, width, height }: Box,
  intensity: number,
  texts: readonly (string | undefined)[],
): void {
  const paint = palette.bars[intensity];
  if (!paint) return;
  const from = Math.max(0, x);
  const free = Math.min(scale.width, x + width) - from - 6;
  context.font = font;
  for (const text of texts) {
    if (text === undefined) continue;
    // Most texts are far too long, and measuring is slow.
    if (text.length * 4.5 > free) continue;
    const textWidth = widthOf(context, text);
    if (textWidth > free) continue;
    context.fillStyle = paint.fill;
    context.fillRect(from + 2, y + 3, textWidth + 4, height - 6);
    context.fillStyle = paint.ink;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(text, from + 4, y + height / 2 + 0.5);
    return;
  }
}

const widths = new Map<string, number>();
const maxWidths = 5000;

/** Measures each text once: the same texts are drawn in every frame. */
function widthOf(context: CanvasRenderingContext2D, text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (widths.size >= maxWidths) widths.clear();
  const { width } = context.measureText(text);
  widths.set(text, width);
  return width;
}

/** A failed delivery, readable without colour. */
function crossOut({ context, palette }: Pen, { x, y, width, height }: Box): void {
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x + width - 10, y + 4);
  context.lineTo(x + width - 4, y + height - 4);
  context.moveTo(x + width - 4, y + 4);
  context.lineTo(x + width - 10, y + height - 4);
  context.stroke();
}

/** Messages being handled, open to the right, up to now; and ended runs, closed, until their bars arrive. */
export function drawRunning(pen: Pen, scene: Scene, placed: PlacedLane): void {
  for (const run of inLane(scene.running, placed)) drawRun(pen, scene, placed, run, undefined);
  for (const run of inLane(scene.ended, placed)) drawRun(pen, scene, placed, run, run.endedAtMs);
}

function drawRun(
  pen: Pen,
  scene: Scene,
  placed: PlacedLane,
  run: RunningBar,
  endedAtMs: number | undefined,
): void {
  const { context, palette } = pen;
  const x = xOf(scene.scale, run.startedAtMs);
  const width = Math.max(2, xOf(scene.scale, endedAtMs ?? scene.nowMs) - x);
  if (x > scene.scale.width || x + width < 0) return;
  const rank = intensityRank(run.intensity);
  const box = { x, y: placed.barTop, width, height: placed.barHeight - 1 };
  fillBar(pen, box, rank);
  const name = scene.nameOf(run.order);
  const state = endedAtMs === undefined ? "being handled" : "just ended";
  labelBar(pen, scene, box, rank, [`${name}, ${state}`, name, shortName(name)]);
  context.strokeStyle = palette.now;
  context.lineWidth = 2;
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x + width, box.y);
  context.lineTo(x, box.y);
  context.lineTo(x, box.y + box.height);
  context.lineTo(x + width, box.y + box.height);
  if (endedAtMs !== undefined) context.closePath();
  context.stroke();
  context.setLineDash([]);
}

/** Runs of the lane without a bar yet. */
function inLane<Run extends RunningBar>(runs: readonly Run[], { lane }: PlacedLane): Run[] {
  return runs.filter((run) => laneKey(run) === lane.key && !lane.bars.some((bar) => isReportedBy(run, bar)));
}
