import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { OrderAnswer } from "../../api.ts";
import { TimeButtons } from "../time/time-buttons.tsx";
import { timeKey } from "../time/time-keys.ts";
import { atOf, pannedPart, partOf, type View, zoomedPart } from "../time/time-scale.ts";
import { UsageChart } from "./usage-chart.tsx";
import { nameWidth, Waterfall } from "./waterfall.tsx";
import { extentOf, type WaterfallRow } from "./waterfall-rows.ts";

const leastWidth = 300;

type Props = {
  rows: readonly WaterfallRow[];
  usage: OrderAnswer["usage"];
  selected: string | undefined;
  select: (id: string) => void;
};

/** The waterfall of an order and what its services used meanwhile, on one axis that zooms and pans. */
export function OrderTime({ rows, usage, selected, select }: Props) {
  const whole = useMemo(() => extentOf(rows), [rows]);
  /** Undefined while all is shown. */
  const [wanted, setWanted] = useState<View>();
  const part = wanted ? partOf(whole, wanted) : whole;
  const [width, box] = useWidth();
  const scale = { ...part, width: Math.max(leastWidth, width - nameWidth) };

  const show = (change: (part: View) => View) =>
    setWanted((known) => {
      const next = change(known ? partOf(whole, known) : whole);
      return next === whole ? undefined : next;
    });
  const panBy = (share: number) => show((now) => pannedPart(whole, now, share));
  const zoomAt = (factor: number, x: number) =>
    show((now) => zoomedPart(whole, now, factor, atOf({ ...now, width: scale.width }, x)));
  const zoomBy = (factor: number) => zoomAt(factor, scale.width / 2);
  const gestures = { panByPx: (byPx: number) => panBy(-byPx / scale.width), zoomAt };

  const act = (event: KeyboardEvent) => {
    const key = timeKey(event);
    if (!key) return;
    event.preventDefault();
    if (key.do === "pan") panBy(key.share);
    else if (key.do === "zoom") zoomBy(key.factor);
    else setWanted(undefined);
  };

  return (
    <section class="panel order-time" aria-label="Course of the order" onKeyDown={act}>
      <div class="toolbar" role="toolbar" aria-label="Time shown">
        <TimeButtons panBy={panBy} zoomBy={zoomBy} />
        <button
          type="button"
          title="Show the whole order (0)"
          disabled={!wanted}
          onClick={() => setWanted(undefined)}
        >
          Whole order
        </button>
        <span class="small">Drag to move; Ctrl and wheel to zoom.</span>
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
          <>
            <UsageChart
              title="CPU"
              unit="% of a core"
              series={usage}
              valuesOf={(one) => one.cpuPercent}
              scale={scale}
              gestures={gestures}
            />
            <UsageChart
              title="Memory"
              unit="MB"
              series={usage}
              valuesOf={(one) => one.memoryMb}
              scale={scale}
              gestures={gestures}
            />
          </>
        ) : (
          <p class="small">
            No samples of CPU and memory from that time: the console keeps them while it runs, for 15 minutes.
          </p>
        )}
      </div>
    </section>
  );
}

/** The width of an element, as it is now. */
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
