import { escapeControls } from "../../core/escape.ts";
import { counted } from "../../core/format.ts";
import { type Bar, barsOf, type PlacedBar } from "../drawing.ts";
import type { Explanation, StageFinding } from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import {
  bars,
  type Cell,
  depths,
  fills,
  type Grid,
  type Intensity,
  intensityOf,
  rowsOf,
  sparkline,
  timeAxis,
} from "./bars.ts";
import { columnsOf, longest, type Paint, wrap, wrapItem } from "./layout.ts";
import { stageNames } from "./names.ts";
import { waitedNs } from "./tables.ts";

const maxStages = 8;
const maxPartitions = 8;
const maxRows = 3;
const indent = "  ";

/** A stage with its line above the lanes. */
type DrawnStage = { readonly key: string; readonly title: string; readonly waitedNs: number };

type Lane = {
  readonly label: string;
  readonly rows: readonly (readonly Bar[])[];
  readonly depths: readonly number[];
  readonly deepest: number;
};

const colours: Readonly<Record<Intensity, Parameters<Paint>[0]>> = {
  severe: "red",
  heavy: "yellow",
  medium: "cyan",
  light: "green",
  unknown: "blue",
};

/**
 * Draws what ran in each partition over time, and how many messages waited.
 *
 *                ╷0 s      ╷2 s
 *     processing (topic orders): 1 partition, 1 consumer, 1 at a time
 *       p0       1██████████████2▒▒
 *       queue 2  ▁▁▇▇▇▇▇▇▇▇▇▇▇▇▇▁▁
 */
export function laneLines(explanation: Explanation, width: number, paint: Paint): string[] {
  const { fromAtNs, toAtNs } = explanation.window;
  const deliveries = barsOf(explanation);
  if (deliveries.length === 0 || toAtNs <= fromAtNs) return [];
  const byStage = Map.groupBy(deliveries, stageKey);
  const { shown, left: others } = longest(
    drawnStages(explanation, byStage),
    maxStages,
    (stage) => stage.waitedNs,
  );
  // Cells get the width that the labels leave, but the queue depths in the labels depend on the cells: guess once.
  const guess = lanesOf(byStage, shown, gridOf(explanation, width - 12));
  const labels = guess.flatMap(({ lanes }) => lanes.flatMap((lane) => [lane.label, queueLabel(lane)]));
  const margin = indent.length + maxOf(labels.map(columnsOf)) + 2;
  const stages = lanesOf(byStage, shown, gridOf(explanation, width - margin));
  const left = (label: string) => (indent + label).slice(0, margin - 1).padEnd(margin);
  return [
    paint("gray", left("") + timeAxis(toAtNs - fromAtNs, width - margin)),
    ...stages.flatMap(({ stage, lanes, more }) => [
      ...wrapItem(stage.title, width).map((line) => paint("bold", line)),
      ...lanes.flatMap((lane) => [
        ...lane.rows.map(
          (row, n) =>
            left(n === 0 ? lane.label : "") + painted(bars(row, gridOf(explanation, width - margin)), paint),
        ),
        ...(lane.deepest > 0
          ? [(left(queueLabel(lane)) + sparkline(lane.depths, lane.deepest)).trimEnd()]
          : []),
      ]),
      ...(more > 0 ? wrap(`${counted(more, "more partition")} with less work`, width, indent) : []),
    ]),
    ...wrap(
      legendOf(
        stages.flatMap(({ lanes }) => lanes.flatMap(({ rows }) => rows.flat())),
        explanation.stages.some(({ maxBatch }) => maxBatch > 1),
        stages.some(({ lanes }) => lanes.some(({ deepest }) => deepest > 0)),
      ),
      width,
    ).map((line) => paint("gray", line)),
    ...notDrawn(others.length),
  ].map((line) => line.trimEnd());
}

function notDrawn(stages: number): string[] {
  return stages > 0 ? [`${counted(stages, "more stage")} ${stages === 1 ? "is" : "are"} not drawn.`] : [];
}

function gridOf({ window: { fromAtNs, toAtNs } }: Explanation, columns: number): Grid {
  const cells = Math.max(1, columns);
  return { fromNs: fromAtNs, cellNs: (toAtNs - fromAtNs) / cells, cells };
}

/** The stages that handled messages, then those in which messages only wait yet. */
function drawnStages(
  { stages, open: { messages } }: Explanation,
  byStage: ReadonlyMap<string, readonly PlacedBar[]>,
): DrawnStage[] {
  const names = stageNames([...stages, ...messages]);
  const openIn = Map.groupBy(messages, stageKey);
  const partitionsIn = (placed: readonly { readonly partition?: number | undefined }[]) =>
    new Set(placed.flatMap(({ partition }) => partition ?? [])).size;
  const handled = stages.map((stage) => {
    const key = stageKey(stage);
    const all = openIn.has(key) ? partitionsIn(byStage.get(key) ?? []) : 0;
    const partitions = Math.max(stage.partitions, all);
    return { key, title: titleOf({ ...stage, partitions }, names(stage)), waitedNs: waitedNs(stage) };
  });
  const known = new Set(handled.map(({ key }) => key));
  const open = [...openIn].flatMap(([key, ofStage]) => {
    const [first] = ofStage;
    if (!first || known.has(key)) return [];
    const partitions = partitionsText(partitionsIn(ofStage));
    return {
      key,
      title: `${names(first)} (topic ${escapeControls(first.topic)}): ${partitions}, nothing handled yet`,
      waitedNs: ofStage.reduce((ns, { waitNs }) => ns + waitNs, 0),
    };
  });
  return [...handled, ...open];
}

function stageKey({ stage, topic }: { readonly stage: string; readonly topic: string }): string {
  return JSON.stringify([stage, topic]);
}

function lanesOf(
  byStage: ReadonlyMap<string, readonly PlacedBar[]>,
  shown: readonly DrawnStage[],
  grid: Grid,
) {
  return shown.map((stage) => {
    const partitions = Map.groupBy(byStage.get(stage.key) ?? [], ({ partition }) => partition);
    const busiest = [...partitions].sort(([, a], [, b]) => timeIn(b) - timeIn(a)).slice(0, maxPartitions);
    const lanes = busiest
      .sort(([a = -1], [b = -1]) => a - b)
      .map(([partition, placed]): Lane => {
        const ofLane = placed.map(({ bar }) => bar);
        const waiting = depths(ofLane, grid);
        return {
          label: partition === undefined ? "p?" : `p${partition}`,
          // A lane in which messages only wait has an empty row.
          rows: nonEmpty(rowsOf(ofLane, maxRows)),
          depths: waiting,
          deepest: Math.round(maxOf(waiting)),
        };
      });
    return { stage, lanes, more: partitions.size - lanes.length };
  });
}

function nonEmpty(rows: readonly (readonly Bar[])[]): readonly (readonly Bar[])[] {
  return rows.length > 0 ? rows : [[]];
}

function timeIn(placed: readonly PlacedBar[]): number {
  return placed.reduce(
    (ns, { bar: { availableAtNs, startedAtNs, endedAtNs } }) =>
      ns + endedAtNs - Math.min(availableAtNs ?? startedAtNs, startedAtNs),
    0,
  );
}

function queueLabel({ deepest }: Lane): string {
  return `queue ${deepest}`;
}

function titleOf(
  { topic, partitions, consumers, slots, maxBatch, runNs }: StageFinding,
  name: string,
): string {
  const parts = [
    partitionsText(partitions),
    counted(consumers, "consumer"),
    ...(runNs === undefined ? ["time of handling unknown"] : [`${slots} at a time`]),
    ...(maxBatch > 1 ? [`batches of up to ${maxBatch}`] : []),
  ];
  return `${name} (topic ${escapeControls(topic)}): ${parts.join(", ")}`;
}

function partitionsText(known: number): string {
  return known === 0 ? "partitions unknown" : counted(known, "partition");
}

function painted(cells: readonly Cell[], paint: Paint): string {
  let line = "";
  for (let from = 0; from < cells.length; ) {
    const { intensity } = cells[from] ?? { intensity: undefined };
    let to = from + 1;
    while (to < cells.length && cells[to]?.intensity === intensity) to += 1;
    const text = cells
      .slice(from, to)
      .map((cell) => cell.text)
      .join("");
    line += intensity ? paint(colours[intensity], text) : text;
    from = to;
  }
  return line.trimEnd();
}

function legendOf(deliveries: readonly Bar[], hasBatches: boolean, hasQueues: boolean): string {
  const present = new Set<string>(deliveries.map(intensityOf));
  const parts = Object.entries(fills).flatMap(([intensity, fill]) =>
    present.has(intensity) ? [`${fill} ${intensity}`] : [],
  );
  const work =
    parts.length > 0 ? [`Bars: messages being handled, with the order's number (${parts.join(", ")}).`] : [];
  const batches = hasBatches
    ? [
        "A batch is one bar: its messages wait until it begins, and each counts with its share of the batch's time.",
      ]
    : [];
  return [...work, ...(hasQueues ? ["queue n: messages waiting, ▇ = n."] : []), ...batches].join(" ");
}
