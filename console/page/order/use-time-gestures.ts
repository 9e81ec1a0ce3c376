import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { listenToPointer } from "../time/pointer.ts";

/** What gestures on a drawing do to its time; x in pixels from its left edge. */
export type TimeGestures = {
  readonly panByPx: (byPx: number) => void;
  readonly zoomAt: (factor: number, x: number) => void;
};

/** Listens to gestures and clicks on a drawing. */
export function useTimeGestures(
  gestures: TimeGestures,
  click?: (y: number) => void,
): RefObject<HTMLDivElement | null> {
  const drawing = useRef<HTMLDivElement>(null);
  // The listeners outlive a render; they use the latest one.
  const latest = useRef({ gestures, click });
  latest.current = { gestures, click };
  useEffect(() => {
    if (!drawing.current) return;
    return listenToPointer(drawing.current, {
      wheelScrolls: true,
      onPan: (byPx) => latest.current.gestures.panByPx(byPx),
      onZoom: (factor, x) => latest.current.gestures.zoomAt(factor, x),
      onClick: (_, y) => latest.current.click?.(y),
    });
  }, []);
  return drawing;
}
