import { onThemeChange } from "../../shell/theme.ts";
import { drawFrame } from "./frame.ts";
import { type Palette, readPalette } from "./palette.ts";
import type { Scene } from "./scene.ts";

export type Painter = {
  /** Draws once before the next frame, however often it is called. */
  request(): void;
  resize(width: number, height: number): void;
  stop(): void;
};

/** Draws the current scene on request, in the colours of the theme. */
export function createPainter(canvas: HTMLCanvasElement, scene: () => Scene | undefined): Painter {
  const context = canvas.getContext("2d", { alpha: false });
  let palette: Palette | undefined;
  let requested = 0;
  const draw = () => {
    requested = 0;
    const now = scene();
    if (!context || !now) return;
    const ratio = devicePixelRatio;
    palette ??= readPalette(canvas, context, ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawFrame({ context, palette }, now);
  };
  const request = () => {
    requested ||= requestAnimationFrame(draw);
  };
  const unsubscribe = onThemeChange(() => {
    palette = undefined;
    request();
  });
  return {
    request,
    resize(width, height) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
      // Setting the size clears the canvas: drawing later would flicker.
      cancelAnimationFrame(requested);
      draw();
    },
    stop() {
      cancelAnimationFrame(requested);
      unsubscribe();
    },
  };
}
