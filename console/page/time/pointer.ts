/** Gestures of fingers, mouse and wheel on a time axis; x and y in pixels from the top left corner of the element. */
export type Gestures = {
  readonly onPan: (byPx: number) => void;
  /** `factor` above 1 shows more time. */
  readonly onZoom: (factor: number, x: number) => void;
  readonly onClick?: (x: number, y: number) => void;
  readonly onOpen?: (x: number, y: number) => void;
  /** Undefined when the pointer leaves. */
  readonly onHover?: (at: { readonly x: number; readonly y: number } | undefined) => void;
  /** The wheel scrolls the page, and zooms only with Ctrl or ⌘; pinching zooms as well. */
  readonly wheelScrolls?: boolean;
};

/** A press that moves less than this is a click. */
const clickPx = 4;

const maxWheelFactor = 1.25;

/**
 * The zoom factor of a wheel event. Pinching on a touchpad sends many small steps with Ctrl; a notch of a wheel is a hundred pixels
 * or more, and zooms by at most a quarter.
 */
export function wheelFactor(deltaPx: number, withCtrl: boolean): number {
  const factor = Math.exp(deltaPx * (withCtrl ? 0.01 : 0.002));
  return Math.min(maxWheelFactor, Math.max(1 / maxWheelFactor, factor));
}

type Press = { x: number; readonly startX: number; readonly startY: number; moved: boolean };

/** Listens on an element; returns a function that stops listening. */
export function listenToPointer(element: HTMLElement, gestures: Gestures): () => void {
  const presses = new Map<number, Press>();
  const stop = new AbortController();
  const { signal } = stop;
  const at = (event: MouseEvent) => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  element.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      const { x, y } = at(event);
      presses.set(event.pointerId, { x, startX: x, startY: y, moved: false });
      element.setPointerCapture(event.pointerId);
    },
    { signal },
  );

  element.addEventListener(
    "pointermove",
    (event) => {
      const { x, y } = at(event);
      const press = presses.get(event.pointerId);
      if (!press) return gestures.onHover?.({ x, y });
      if (!press.moved && Math.hypot(x - press.startX, y - press.startY) < clickPx) return;
      press.moved = true;
      const [other] = [...presses].filter(([id]) => id !== event.pointerId).map(([, one]) => one);
      if (other) {
        // Two fingers: their distance sets the scale.
        const before = Math.abs(press.x - other.x);
        const after = Math.abs(x - other.x);
        if (before > 1 && after > 1) gestures.onZoom(before / after, (x + other.x) / 2);
      } else {
        gestures.onPan(x - press.x);
      }
      press.x = x;
    },
    { signal },
  );

  element.addEventListener(
    "pointerup",
    (event) => {
      const press = presses.get(event.pointerId);
      presses.delete(event.pointerId);
      const { x, y } = at(event);
      if (press && !press.moved) gestures.onClick?.(x, y);
    },
    { signal },
  );

  element.addEventListener("pointercancel", (event) => presses.delete(event.pointerId), { signal });
  element.addEventListener("pointerleave", () => gestures.onHover?.(undefined), { signal });
  element.addEventListener(
    "dblclick",
    (event) => {
      const { x, y } = at(event);
      gestures.onOpen?.(x, y);
    },
    { signal },
  );

  element.addEventListener(
    "wheel",
    (event) => {
      const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (gestures.wheelScrolls && !isSideways && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (isSideways) gestures.onPan(-pixels * (event.deltaX || event.deltaY));
      else gestures.onZoom(wheelFactor(pixels * event.deltaY, event.ctrlKey), at(event).x);
    },
    { signal, passive: false },
  );

  return () => stop.abort();
}
