import { clock, clockWithMs } from "../../text/format.ts";
import { ticks, xOf } from "../../time/time-scale.ts";
import { drawBars, drawRunning } from "./bars.ts";
import { drawHighlight } from "./highlight.ts";
import { drawQueue, drawWaitingNow } from "./queue.ts";
import { dimmed, type Pen, rulerHeight, type Scene, smallFont } from "./scene.ts";

/** Draws one frame; the unit of the context is one CSS pixel. */
export function drawFrame(pen: Pen, scene: Scene): void {
  const { context, palette } = pen;
  const { scale, height, scrollTop, groups, highlight } = scene;
  context.globalAlpha = 1;
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, scale.width, height);
  context.save();
  context.translate(0, rulerHeight - scrollTop);
  drawGrid(pen, scene);
  for (const { lanes } of groups) {
    for (const lane of lanes) {
      if (lane.bottom < scrollTop || lane.top > scrollTop + height) continue;
      context.globalAlpha = highlight ? dimmed : 1;
      drawQueue(pen, scene, lane);
      drawWaitingNow(pen, scene, lane);
      drawBars(pen, scene, lane);
      drawRunning(pen, scene, lane);
    }
  }
  context.globalAlpha = 1;
  drawNow(pen, scene);
  if (highlight) drawHighlight(pen, scene, highlight);
  context.restore();
  drawRuler(pen, scene);
}

function drawGrid({ context, palette }: Pen, { scale, groups }: Scene): void {
  const bottom = groups.at(-1)?.bottom ?? 0;
  context.fillStyle = palette.grid;
  for (const at of ticks(scale).atMs) context.fillRect(Math.round(xOf(scale, at)), 0, 1, bottom);
  context.fillStyle = palette.line;
  for (const { top, lanes } of groups) {
    context.fillRect(0, top, scale.width, 1);
    for (const lane of lanes.slice(0, -1)) context.fillRect(0, lane.bottom, scale.width, 1);
  }
}

function drawNow({ context, palette }: Pen, { scale, nowMs, groups }: Scene): void {
  if (nowMs < scale.fromMs || nowMs > scale.toMs) return;
  context.fillStyle = palette.now;
  context.fillRect(Math.round(xOf(scale, nowMs)), 0, 1.5, groups.at(-1)?.bottom ?? 0);
}

function drawRuler({ context, palette }: Pen, { scale }: Scene): void {
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, scale.width, rulerHeight - 1);
  context.fillStyle = palette.line;
  context.fillRect(0, rulerHeight - 1, scale.width, 1);
  context.font = smallFont;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = palette.faintInk;
  const { stepMs, atMs } = ticks(scale);
  for (const at of atMs) {
    const x = xOf(scale, at);
    context.fillRect(Math.round(x), rulerHeight - 6, 1, 5);
    if (x > -20) context.fillText(stepMs < 1000 ? clockWithMs(at) : clock(at), x + 4, rulerHeight / 2);
  }
}
