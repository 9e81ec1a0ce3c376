import type { UsageSeries } from "../../api.ts";
import { number } from "../text/format.ts";
import { type TimeScale, xOf } from "../time/time-scale.ts";
import { linePath } from "./geometry.ts";
import { type TimeGestures, useTimeGestures } from "./use-time-gestures.ts";

const height = 96;
const dashes = ["", "7 3", "2 3", "9 3 2 3"];

/** CPU or memory of all services, on the time axis of the waterfall. */
export function UsageChart(props: {
  title: string;
  unit: string;
  series: readonly UsageSeries[];
  valuesOf: (series: UsageSeries) => readonly number[];
  scale: TimeScale;
  gestures: TimeGestures;
}) {
  const { title, unit, series, valuesOf, scale } = props;
  const drawing = useTimeGestures(props.gestures);
  const most = Math.max(1, ...series.flatMap(valuesOf));
  return (
    <div class="usage">
      <div>
        <h3>{title}</h3>
        <ul>
          {series.map((one, n) => (
            <li key={one.instance}>
              <svg width="26" height="10" aria-hidden="true">
                <line
                  x1="0"
                  x2="26"
                  y1="5"
                  y2="5"
                  class={`series series-${n % 4}`}
                  stroke-dasharray={dashes[n % 4]}
                />
              </svg>
              {one.instance}
            </li>
          ))}
        </ul>
      </div>
      <div ref={drawing} class="time-drawing">
        <svg
          width={scale.width}
          height={height}
          role="img"
          aria-label={`${title}: ${series.map((one) => `${one.instance} at most ${number(Math.max(0, ...valuesOf(one)))} ${unit}`).join(", ")}`}
        >
          <line x1="0" x2={scale.width} y1={height - 1} y2={height - 1} class="grid-line" />
          {series.map((one, n) => (
            <path
              key={one.instance}
              d={linePath(
                one.atMs,
                valuesOf(one),
                (at) => xOf(scale, at),
                (value) => height - 2 - (value / most) * (height - 18),
              )}
              class={`series series-${n % 4}`}
              stroke-dasharray={dashes[n % 4]}
            />
          ))}
          <text x="4" y="12" class="tick">
            {number(most)} {unit}
          </text>
        </svg>
      </div>
    </div>
  );
}
