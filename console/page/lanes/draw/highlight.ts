import { durationOfMs } from "../../../../core/format.ts";
import type { Bar } from "../../../api.ts";
import { shortName } from "../../text/format.ts";
import { xOf } from "../../time/time-scale.ts";
import type { Highlight, HighlightedSegment, HighlightedWait } from "../highlight.ts";
import { intensityRank } from "../intensity.ts";
import { indexOf, laneKey } from "../lane.ts";
import { barTopOf, type PlacedLane } from "../layout.ts";
import { type Box, fillBar, labelBar } from "./bars.ts";
import { causeColour } from "./palette.ts";
import { font, type Pen, type Scene } from "./scene.ts";

type Find = (id: string) => Placed | undefined;
type Placed = { readonly bar: Bar; readonly lane: PlacedLane; readonly box: Box };

/** A wait of the selected order, and the bars that blocked its segments. */
type PlacedWait = {
  readonly bar: Bar;
  readonly lane: PlacedLane;
  readonly segments: readonly (HighlightedSegment & { readonly blocker: Placed | undefined })[];
};

const stripHeight = 13;

/** Highlights a selected order: what blocked it, its waits by cause, and its path through the lanes. */
export function drawHighlight(pen: Pen, scene: Scene, highlight: Highlight): void {
  const find = finder(scene);
  const blockers = [...highlight.blockers.keys()].flatMap((id) => find(id) ?? []);
  const deliveries = highlight.deliveries.flatMap((bar) => find(bar.id) ?? []);
  const waits = highlight.waits.flatMap((wait) => placedWait(wait, find) ?? []);
  for (const wait of waits) drawShadows(pen, scene, wait);
  for (const { bar, box } of blockers) {
    drawHighlighted(pen, scene, bar, box, pen.palette.blocker, [
      `${bar.orderName} held it up for ${durationOfMs(highlight.blockers.get(bar.id) ?? 0)}`,
    ]);
  }
  drawPath(pen, scene, deliveries);
  for (const wait of waits) drawWait(pen, scene, wait);
  for (const { bar, box } of deliveries) drawHighlighted(pen, scene, bar, box, pen.palette.ink, []);
  const focused = scene.focus === undefined ? undefined : find(scene.focus);
  if (focused) outline(pen, focused.box, pen.palette.ink, 3, 4);
}

/** Finds bars and their positions by id. */
function finder({ groups, scale, barOf }: Scene): Find {
  const lanes = new Map(groups.flatMap(({ lanes }) => lanes).map((lane) => [lane.lane.key, lane]));
  return (id) => {
    const bar = barOf(id);
    const lane = bar && lanes.get(laneKey(bar));
    if (!lane) return undefined;
    const x = xOf(scale, bar.startedAtMs);
    const width = Math.max(2, xOf(scale, bar.endedAtMs) - x);
    const y = barTopOf(lane, lane.lane.row[indexOf(lane.lane, bar)] ?? 0);
    return { bar, lane, box: { x, y, width, height: lane.barHeight - 1 } };
  };
}

function placedWait({ bar, segments }: HighlightedWait, find: Find): PlacedWait | undefined {
  const lane = find(bar.id)?.lane;
  if (!lane) return undefined;
  const blockerOf = ({ blockedBy }: HighlightedSegment) =>
    blockedBy === undefined ? undefined : find(blockedBy);
  return { bar, lane, segments: segments.map((segment) => ({ ...segment, blocker: blockerOf(segment) })) };
}

function drawHighlighted(
  pen: Pen,
  scene: Scene,
  bar: Bar,
  box: Box,
  colour: string,
  texts: readonly string[],
): void {
  const rank = intensityRank(bar.intensity);
  const { context, palette } = pen;
  context.fillStyle = palette.surface;
  context.fillRect(box.x, box.y, box.width, box.height);
  fillBar(pen, box, rank);
  labelBar(pen, scene, box, rank, [...texts, bar.orderName, shortName(bar.orderName)]);
  outline(pen, box, colour, 2.5, 1);
}

function outline(
  { context }: Pen,
  { x, y, width, height }: Box,
  colour: string,
  thickness: number,
  gap: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.strokeRect(x - gap, y - gap, width + 2 * gap, height + 2 * gap);
}

/** A band from each blocker in another lane to the wait that it caused. */
function drawShadows({ context, palette }: Pen, { scale }: Scene, { lane, segments }: PlacedWait): void {
  context.fillStyle = palette.blocker;
  context.globalAlpha = 0.1;
  for (const { fromMs, toMs, blocker } of segments) {
    if (!blocker || blocker.lane === lane) continue;
    const x = xOf(scale, fromMs);
    const y = blocker.box.y + blocker.box.height;
    // Upwards when the blocker lies below: a rectangle may have a negative height.
    context.fillRect(x, y, xOf(scale, toMs) - x, stripTop(lane) - y);
  }
  context.globalAlpha = 1;
}

function stripTop({ queueTop, bottom }: PlacedLane): number {
  return Math.min(queueTop + 1, bottom - stripHeight - 1);
}

/** The wait as a strip in place of its line; each segment names its blocker if that fits. */
function drawWait({ context, palette }: Pen, { scale }: Scene, { bar, lane, segments }: PlacedWait): void {
  const y = stripTop(lane);
  context.font = font;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { fromMs, toMs, cause, blocker } of segments) {
    const x = Math.max(-2, xOf(scale, fromMs));
    const width = Math.min(scale.width + 2, xOf(scale, toMs)) - x;
    if (width <= 0) continue;
    context.fillStyle = causeColour(palette, cause);
    context.fillRect(x, y, Math.max(1, width - 1), stripHeight);
    const name = blocker?.bar.orderName;
    const texts = name ? [`waits for ${name}`, shortName(name)] : cause ? [cause] : [];
    const text = texts.find((one) => context.measureText(one).width < width - 8);
    if (text === undefined) continue;
    context.fillStyle = palette.surface;
    context.fillText(text, Math.max(0, x) + 4, y + stripHeight / 2 + 0.5);
  }
  context.strokeStyle = palette.ink;
  context.lineWidth = 1;
  const from = xOf(scale, bar.availableAtMs ?? bar.startedAtMs);
  context.strokeRect(from, y - 0.5, xOf(scale, bar.startedAtMs) - from, stripHeight + 1);
}

/** Lines from the end of each delivery to the arrival of the next one. */
function drawPath({ context, palette }: Pen, { scale }: Scene, deliveries: readonly Placed[]): void {
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.6;
  for (const [n, { bar, box }] of deliveries.entries()) {
    const next = deliveries[n + 1];
    if (!next || laneKey(bar) === laneKey(next.bar)) continue;
    const fromX = box.x + box.width;
    const fromY = box.y + box.height / 2;
    const toX = xOf(scale, next.bar.availableAtMs ?? next.bar.startedAtMs);
    const toY = next.box.x - toX > 3 ? stripTop(next.lane) : next.box.y;
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.bezierCurveTo(fromX + 14, fromY, toX - 14, toY - 20, toX, toY);
    context.stroke();
  }
}
