import { atOf, xOf } from "../../time/time-scale.ts";
import { rowsWithin } from "../hit.ts";
import { depthAt, waitsWithin } from "../lane.ts";
import { minPitch, type PlacedLane, queuePitch } from "../layout.ts";
import { dimmed, type Pen, type Scene, smallFont } from "./scene.ts";

/** One line per waiting message, or the depth as an area when there are too many lines. */
export function drawQueue(pen: Pen, scene: Scene, placed: PlacedLane): void {
  const rows = rowsWithin(placed, scene.scale);
  if (rows === 0) return;
  const pitch = queuePitch(placed.queueHeight, rows);
  if (pitch >= minPitch) drawLines(pen, scene, placed, pitch);
  else drawDepth(pen, scene, placed, rows);
}

function drawLines(
  { context, palette }: Pen,
  { scale, highlight }: Scene,
  placed: PlacedLane,
  pitch: number,
): void {
  const { queue, bars } = placed.lane;
  const thickness = Math.min(4, Math.max(1.2, pitch - 2));
  const [from, to] = waitsWithin(queue, scale);
  // End of the last line in each row: a line that ends within a pixel of it is invisible.
  const drawnTo = new Float64Array(Math.ceil(placed.queueHeight / pitch) + 1).fill(Number.NEGATIVE_INFINITY);
  for (let n = from; n < to; n += 1) {
    const endX = xOf(scale, queue.toMs[n] ?? 0);
    const row = queue.row[n] ?? 0;
    if (endX < 0 || endX < (drawnTo[row] ?? 0) + 0.5) continue;
    const x = Math.max(-2, xOf(scale, queue.fromMs[n] ?? 0));
    const y = placed.queueTop + row * pitch;
    const isBlocked = highlight?.blocked.has(bars[queue.bar[n] ?? 0]?.id ?? "") ?? false;
    if (isBlocked) context.globalAlpha = 1;
    context.fillStyle = isBlocked ? palette.held : palette.wait;
    const width = Math.max(1, Math.min(scale.width + 2, endX) - x);
    context.fillRect(x, y, width, thickness);
    // A mark at its arrival.
    if (width > 4) context.fillRect(x, y - 0.5, 2, thickness + 1);
    if (isBlocked) context.globalAlpha = dimmed;
    drawnTo[row] = endX;
  }
}

function drawDepth({ context, palette }: Pen, { scale }: Scene, placed: PlacedLane, most: number): void {
  const { queue } = placed.lane;
  const perMessage = placed.queueHeight / most;
  context.fillStyle = palette.wait;
  // One outline for all pixels is many times faster than single rectangles.
  context.beginPath();
  context.moveTo(0, placed.queueTop);
  let last = 0;
  for (let x = 0; x < scale.width; x += 1) {
    const depth = depthAt(queue, atOf(scale, x + 0.5));
    const bottom = depth > 0 ? Math.max(1, depth * perMessage) : 0;
    if (bottom === last) continue;
    context.lineTo(x, placed.queueTop + last);
    context.lineTo(x, placed.queueTop + bottom);
    last = bottom;
  }
  context.lineTo(scale.width, placed.queueTop + last);
  context.lineTo(scale.width, placed.queueTop);
  context.fill();
  context.fillStyle = palette.faintInk;
  context.font = smallFont;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText(`up to ${most} waiting`, scale.width - 6, placed.queueTop + placed.queueHeight);
}

/** Messages waiting now: they have no spans yet, so only their number and the age of the oldest are known. */
export function drawWaitingNow({ context, palette }: Pen, scene: Scene, placed: PlacedLane): void {
  const { scale, nowMs } = scene;
  const state = scene.waitingNow.get(placed.lane.key);
  const waiting = state?.count ?? 0;
  const x = xOf(scale, nowMs);
  if (waiting <= 0 || x < 0 || x > scale.width + 40) return;
  const oldestX = xOf(scale, nowMs - Math.max(0, state?.oldestMs ?? 0));
  context.strokeStyle = palette.held;
  context.lineWidth = 1.5;
  context.setLineDash([3, 3]);
  const lines = Math.min(waiting, Math.floor((placed.queueHeight - 2) / 5));
  for (let n = 0; n < Math.max(1, lines); n += 1) {
    const y = placed.queueTop + 1.5 + n * 5;
    context.beginPath();
    // Only the age of the oldest is known; the others arrived later.
    context.moveTo(n === 0 ? oldestX : Math.max(oldestX, x - 18), y);
    context.lineTo(x, y);
    context.stroke();
  }
  context.setLineDash([]);
  context.font = smallFont;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillStyle = palette.ink;
  context.fillText(`${waiting} waiting`, Math.min(scale.width, x) - 24, placed.queueTop + placed.queueHeight);
}
