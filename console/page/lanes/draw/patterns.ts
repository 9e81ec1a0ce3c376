import type { IntensityName } from "../intensity.ts";

const size = 8;

/** Distinguish intensities without colour: lines in a repeated square of 8 pixels. Light and unknown are plain. */
const strokes: Readonly<Record<IntensityName, readonly (readonly [number, number, number, number])[]>> = {
  unknown: [],
  light: [],
  medium: [
    [2, 2, 3.2, 2],
    [6, 6, 7.2, 6],
  ],
  heavy: [
    [-2, 6, 6, -2],
    [2, 10, 10, 2],
  ],
  severe: [
    [-2, 6, 6, -2],
    [2, 10, 10, 2],
    [-2, 2, 6, 10],
    [2, -2, 10, 6],
  ],
};

export function createPattern(
  context: CanvasRenderingContext2D,
  name: IntensityName,
  ink: string,
  pixelRatio: number,
): CanvasPattern | undefined {
  if (strokes[name].length === 0) return undefined;
  const tile = document.createElement("canvas");
  tile.width = size * pixelRatio;
  tile.height = size * pixelRatio;
  const pen = tile.getContext("2d");
  if (!pen) return undefined;
  pen.scale(pixelRatio, pixelRatio);
  pen.strokeStyle = ink;
  pen.lineWidth = 1.4;
  for (const [fromX, fromY, toX, toY] of strokes[name]) {
    pen.beginPath();
    pen.moveTo(fromX, fromY);
    pen.lineTo(toX, toY);
    pen.stroke();
  }
  const pattern = context.createPattern(tile, "repeat") ?? undefined;
  pattern?.setTransform(new DOMMatrix().scale(1 / pixelRatio));
  return pattern;
}
