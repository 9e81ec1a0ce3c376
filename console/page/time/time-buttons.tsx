type Props = {
  /** `share` of the time shown. */
  panBy: (share: number) => void;
  /** `factor` above 1 shows more time. */
  zoomBy: (factor: number) => void;
};

/** Buttons that pan and zoom the time shown; their titles name the keys. */
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
