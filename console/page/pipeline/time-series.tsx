import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { onThemeChange } from "../shell/theme.ts";
import { clock, number } from "../text/format.ts";
import type { Series } from "./series.ts";

const height = 150;
const shownSeconds = 120;
const colours = ["--accent", "--bad", "--good", "--cause-same-consumer"];
/** The dashes as border styles, for the legend. */
const borders = ["solid", "dashed", "dotted", "double"];
const dashes = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** A small chart of the last two minutes. */
export function TimeSeries({ title, unit, series }: { title: string; unit: string; series: Series }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const names = series.names.join("\n");
  const latest = useRef(series);
  latest.current = series;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      plot.current = createPlot(element, latest.current);
    };
    draw();
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    const unsubscribe = onThemeChange(draw);
    return () => {
      observer.disconnect();
      unsubscribe();
      plot.current?.destroy();
    };
  }, [names]);
  useEffect(() => plot.current?.setData(dataOf(series)), [series]);
  const now = series.names.map((name, n) => `${name} ${number(series.data[n + 1]?.at(-1) ?? 0)}`);
  return (
    <figure class="panel time-series">
      <figcaption>
        <strong>{title}</strong> <span class="small">{unit}, last two minutes</span>
      </figcaption>
      <div ref={box} role="img" aria-label={`${title} now: ${now.join(", ")} ${unit}`} />
    </figure>
  );
}

function dataOf({ data }: Series): uPlot.AlignedData {
  return data.map((values) => [...values]) as uPlot.AlignedData;
}

function createPlot(element: HTMLElement, series: Series): uPlot {
  const style = getComputedStyle(element);
  const colour = (name: string) => {
    element.style.color = `var(${name})`;
    return style.color;
  };
  const axis = {
    stroke: colour("--faint-ink"),
    grid: { stroke: colour("--grid"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
  };
  const lines = series.names.map((label, n) => ({
    label,
    stroke: colour(colours[n % colours.length] ?? "--ink"),
    dash: dashes[n % dashes.length] ?? [],
    width: 1.6,
    points: { show: false },
    value: (_: uPlot, value: number | null) => (value === null ? "–" : number(value)),
  }));
  element.style.removeProperty("color");
  return new uPlot(
    {
      width: element.clientWidth,
      height,
      cursor: { show: false },
      legend: {
        live: false,
        markers: { dash: (_: uPlot, n: number) => borders[(n - 1) % borders.length] ?? "solid" },
      },
      scales: {
        x: { range: (_: uPlot, _least: number, most: number) => [most - shownSeconds, most] },
        y: { range: (_: uPlot, _least: number, most: number) => [0, Math.max(1, most * 1.1)] },
      },
      axes: [
        { ...axis, values: (_: uPlot, seconds: number[]) => seconds.map((at) => clock(at * 1000)) },
        { ...axis, size: 44 },
      ],
      series: [{}, ...lines],
    },
    dataOf(series),
    element,
  );
}
