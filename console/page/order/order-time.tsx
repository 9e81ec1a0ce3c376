import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { OrderAnswer, UsageSeries } from "../../api.ts";
import { TimeButtons } from "../time/time-buttons.tsx";
import { timeKey } from "../time/time-keys.ts";
import { atOf, pannedWithin, type View, withinWhole, zoomedWithin } from "../time/time-scale.ts";
import { UsageChart } from "./usage-chart.tsx";
import { nameWidth, Waterfall } from "./waterfall.tsx";
import { extentOf, type WaterfallRow } from "./waterfall-rows.ts";

const minWidth = 300;

const charts = [
  { title: "CPU", unit: "% of a core", valuesOf: ({ cpuPercent }: UsageSeries) => cpuPercent },
  { title: "Memory", unit: "MiB", valuesOf: ({ memoryMb }: UsageSeries) => memoryMb },
];

type Props = {
  rows: readonly WaterfallRow[];
  usage: OrderAnswer["usage"];
  selected: string | undefined;
  select: (id: string) => void;
};

/** The waterfall of an order and the CPU and memory of its services, on one time axis that zooms and pans. */
export function OrderTime({ rows, usage, selected, select }: Props) {
  const whole = useMemo(() => extentOf(rows), [rows]);
  /** Undefined while the whole order is shown. */
  const [zoomedView, setZoomedView] = useState<View>();
  const view = zoomedView ? withinWhole(whole, zoomedView) : whole;
  const [width, box] = useWidth();
  const scale = { ...view, width: Math.max(minWidth, width - nameWidth) };

  const show = (change: (view: View) => View) =>
    setZoomedView((known) => {
      const next = change(known ? withinWhole(whole, known) : whole);
      return next === whole ? undefined : next;
    });
  const panBy = (share: number) => show((now) => pannedWithin(whole, now, share));
  const zoomAt = (factor: number, x: number) =>
    show((now) => zoomedWithin(whole, now, factor, atOf({ ...now, width: scale.width }, x)));
  const zoomBy = (factor: number) => zoomAt(factor, scale.width / 2);
  const gestures = { panByPx: (byPx: number) => panBy(-byPx / scale.width), zoomAt };

  const act = (event: KeyboardEvent) => {
    const key = timeKey(event);
    if (!key) return;
    event.preventDefault();
    if (key.do === "pan") panBy(key.share);
    else if (key.do === "zoom") zoomBy(key.factor);
    else setZoomedView(undefined);
  };

  return (
    <section class="panel order-time" aria-label="Timeline of the order" onKeyDown={act}>
      <div class="toolbar" role="toolbar" aria-label="Time shown">
        <TimeButtons panBy={panBy} zoomBy={zoomBy} />
        <button
          type="button"
          title="Show the whole order (0)"
          disabled={!zoomedView}
          onClick={() => setZoomedView(undefined)}
        >
          Whole order
        </button>
        <span class="small">Drag to move, Ctrl and wheel to zoom.</span>
      </div>
      <div ref={box}>
        <Waterfall
          rows={rows}
          scale={scale}
          startMs={whole.fromMs}
          gestures={gestures}
          selected={selected}
          select={select}
        />
        {usage.length > 0 ? (
          charts.map((chart) => (
            <UsageChart key={chart.title} {...chart} series={usage} scale={scale} gestures={gestures} />
          ))
        ) : (
          <p class="small">
            There are no CPU and memory samples from that time: services keep those of the last 15 minutes.
          </p>
        )}
      </div>
    </section>
  );
}

/** The current width of an element. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 900));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return [width, box] as const;
}
