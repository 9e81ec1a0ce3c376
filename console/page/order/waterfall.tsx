import { durationOfMs, stageName } from "../../../core/format.ts";
import { type TimeScale, ticks, xOf } from "../time/time-scale.ts";
import { fillOfCause } from "./cause-patterns.tsx";
import { clippedBox } from "./geometry.ts";
import { type TimeGestures, useTimeGestures } from "./use-time-gestures.ts";
import type { WaitRow, WaterfallRow } from "./waterfall-rows.ts";

export const nameWidth = 260;
const rowHeight = 24;
const axisHeight = 22;

type Props = {
  rows: readonly WaterfallRow[];
  scale: TimeScale;
  /** Start of the order. */
  startMs: number;
  gestures: TimeGestures;
  selected: string | undefined;
  select: (id: string) => void;
};

/** The spans of an order over time, and its waits in between. */
export function Waterfall({ rows, scale, startMs, gestures, selected, select }: Props) {
  const height = axisHeight + rows.length * rowHeight;
  const drawing = useTimeGestures(gestures, (y) => {
    const row = rows[Math.floor((y - axisHeight) / rowHeight)];
    if (row) select(row.id);
  });
  return (
    <div class="waterfall">
      <ul class="waterfall-names" aria-label="Spans">
        {rows.map((row) => (
          <li key={row.id} style={{ paddingLeft: `${8 + Math.min(10, row.depth) * 10}px` }}>
            <button
              type="button"
              class="row-name"
              aria-pressed={row.id === selected}
              aria-label={describe(row)}
              onClick={() => select(row.id)}
            >
              {row.kind === "wait" ? `waits for ${stageName(row.stage)}` : row.span.name}
              {row.kind === "span" && row.depth === 0 && <span class="small"> {row.span.service}</span>}
            </button>
          </li>
        ))}
      </ul>
      <div ref={drawing} class="time-drawing">
        <svg width={scale.width} height={height} role="img" aria-label="Waterfall of the spans">
          <Axis scale={scale} startMs={startMs} height={height} />
          {rows.map((row, n) => {
            const y = axisHeight + n * rowHeight;
            return (
              <g key={row.id} class={row.id === selected ? "row selected" : "row"}>
                <rect x="0" y={y} width={scale.width} height={rowHeight} class="row-back" />
                {row.kind === "wait" ? (
                  <Wait row={row} scale={scale} y={y} />
                ) : (
                  <Span row={row} scale={scale} y={y} />
                )}
              </g>
            );
          })}
        </svg>
      </div>
    </div>
  );
}

function describe(row: WaterfallRow): string {
  if (row.kind === "span") {
    const { name, service, startedAtMs, endedAtMs, failed } = row.span;
    return `${name} ${service}, ${durationOfMs(endedAtMs - startedAtMs)}${failed ? ", failed" : ""}`;
  }
  const segments = row.segments.map(
    ({ cause, fromMs, toMs, blocker }) =>
      `${durationOfMs(toMs - fromMs)} ${cause ?? "several causes"}${blocker ? ` behind ${blocker.name}` : ""}`,
  );
  return `waits for ${stageName(row.stage)}, ${durationOfMs(row.toMs - row.fromMs)}: ${segments.join(", ")}`;
}

/** Time since the order started. */
function Axis({ scale, startMs, height }: { scale: TimeScale; startMs: number; height: number }) {
  const relative = { ...scale, fromMs: scale.fromMs - startMs, toMs: scale.toMs - startMs };
  return (
    <g>
      {ticks(relative, 80).atMs.map((at) => {
        const x = xOf(relative, at);
        return (
          <g key={at}>
            <line x1={x} x2={x} y1={axisHeight - 5} y2={height} class="grid-line" />
            {x < scale.width - 40 && (
              <text x={x + 3} y={axisHeight - 8} class="tick">
                {durationOfMs(at)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function Span({
  row,
  scale,
  y,
}: {
  row: Extract<WaterfallRow, { kind: "span" }>;
  scale: TimeScale;
  y: number;
}) {
  const { startedAtMs, endedAtMs, attributes, failed } = row.span;
  const intensity = attributes["workload.intensity"];
  const text = durationOfMs(endedAtMs - startedAtMs) + (failed ? " failed" : "");
  const box = clippedBox(scale, startedAtMs, endedAtMs, 2);
  if ("beyond" in box) return <Beyond side={box.beyond} text={text} scale={scale} y={y} />;
  const { x, width } = box;
  // Right of the bar if there is room, else left of it, else on it.
  const isRight = x + width + 70 < scale.width;
  return (
    <>
      <rect
        x={x}
        y={y + 5}
        width={width}
        height={rowHeight - 10}
        rx="2"
        class={typeof intensity === "string" ? `span-bar intensity-${intensity}` : "span-bar"}
      />
      <text
        x={isRight ? x + width + 5 : Math.max(x - 5, 70)}
        y={y + rowHeight / 2 + 4}
        class="bar-text"
        text-anchor={isRight ? "start" : "end"}
      >
        {text}
      </text>
    </>
  );
}

/** Shows on which side a bar out of view lies. */
function Beyond(props: { side: "left" | "right"; text: string; scale: TimeScale; y: number }) {
  const { side, text, scale, y } = props;
  return (
    <text
      x={side === "left" ? 4 : scale.width - 4}
      y={y + rowHeight / 2 + 4}
      class="bar-text"
      text-anchor={side === "left" ? "start" : "end"}
    >
      {side === "left" ? `◂ ${text}` : `${text} ▸`}
    </text>
  );
}

function Wait({ row, scale, y }: { row: WaitRow; scale: TimeScale; y: number }) {
  const whole = clippedBox(scale, row.fromMs, row.toMs, 1);
  if ("beyond" in whole) {
    return <Beyond side={whole.beyond} text={durationOfMs(row.toMs - row.fromMs)} scale={scale} y={y} />;
  }
  return (
    <>
      {row.segments.map(({ fromMs, toMs, cause, blocker, isProven }) => {
        const box = clippedBox(scale, fromMs, toMs, 1);
        if ("beyond" in box) return null;
        const { x, width } = box;
        const text = blocker?.name ?? cause ?? "";
        // Where the visible part starts.
        const visibleX = Math.max(0, x);
        return (
          <g key={fromMs}>
            <rect
              x={x}
              y={y + 3}
              width={Math.max(1, width - 1)}
              height={rowHeight - 6}
              fill={fillOfCause(cause)}
              class={isProven ? "segment" : "segment likely"}
            />
            {x + width - visibleX > text.length * 7 + 12 && (
              <>
                <rect
                  x={visibleX + 3}
                  y={y + 5}
                  width={text.length * 6.6 + 6}
                  height={rowHeight - 10}
                  rx="2"
                  class="plate"
                />
                <text x={visibleX + 6} y={y + rowHeight / 2 + 4} class="segment-text">
                  {text}
                </text>
              </>
            )}
          </g>
        );
      })}
    </>
  );
}
