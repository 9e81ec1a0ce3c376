type Props = {
  /** Of the time shown. */
  panBy: (share: number) => void;
  /** Above 1 shows more time. */
  zoomBy: (factor: number) => void;
};

/** Buttons that move and stretch the time shown; the titles name the keys that do the same. */
export function TimeButtons({ panBy, zoomBy }: Props) {
  return (
    <>
      <button type="button" aria-label="Earlier" title="Earlier (Shift ←)" onClick={() => panBy(-0.3)}>
        ◀
      </button>
      <button type="button" aria-label="Later" title="Later (Shift →)" onClick={() => panBy(0.3)}>
        ▶
      </button>
      <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoomBy(1 / 1.5)}>
        +
      </button>
      <button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoomBy(1.5)}>
        −
      </button>
    </>
  );
}
