import { expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import { bars, depths, rowsOf, sparkline, timeAxis } from "./bars.ts";

/** Deliveries of a partition: when sent, started and ended, in ms. */
function deliveries(...times: readonly (readonly [number, number, number])[]) {
  const spans = times.flatMap(([at, start, end], n) => [
    sent({ id: `s${n}`, traceId: `t${n}`, at, for: 0 }),
    handled({
      id: `p${n}`,
      traceId: `t${n}`,
      parentSpanId: `s${n}`,
      at: start,
      for: end - start,
      facts: offset(n),
    }),
  ]);
  return explain(spans).orders.flatMap((order) => order.deliveries);
}

const drawn = (runs: ReturnType<typeof deliveries>, cells: number) =>
  bars(runs, { fromNs: 0, cellNs: 10e6, cells })
    .map(({ text }) => text)
    .join("");

it("labels a bar that is longer than its number, and draws even the shortest run", () => {
  expect(drawn(deliveries([0, 10, 50], [1, 60, 61], [2, 70, 90]), 10)).toBe(" 1■■■ ■3■ ");
});

it("puts overlapping runs into separate rows, up to a limit", () => {
  const runs = deliveries([0, 0, 50], [1, 10, 40], [2, 20, 60], [3, 50, 70]);
  const rows = rowsOf(runs, 2).map((row) => row.map(({ order }) => order));
  expect(rows).toEqual([
    ["order 1", "order 4"],
    ["order 2", "order 3"],
  ]);
});

it("draws how many messages wait in each cell", () => {
  const waiting = depths(deliveries([0, 60, 61], [10, 61, 62], [20, 62, 63]), {
    fromNs: 0,
    cellNs: 10e6,
    cells: 8,
  });
  expect(waiting.map((depth) => Number(depth.toFixed(1)))).toEqual([1, 2, 3, 3, 3, 3, 0.3, 0]);
  expect(sparkline(waiting, 3)).toBe("▃▅▇▇▇▇  ");
  expect(sparkline([2.4, 0.1, 1], 2)).toBe("▇ ▄");
});

it.each([
  [0.02, 40, "╷0 s      ╷5 ms     ╷10 ms    ╷15 ms"],
  [12, 40, "╷0 s            ╷5 s             ╷10 s"],
  [160, 60, "╷0 s       ╷30 s      ╷60 s      ╷90 s       ╷2 min"],
  [400, 40, "╷0 s        ╷2 min      ╷4 min"],
  [86_400 * 30, 40, "╷0 s      ╷192 h     ╷384 h     ╷576 h"],
])("draws a time axis of %d s in %i columns", (seconds, columns, line) => {
  expect(timeAxis(seconds * 1e9, columns)).toBe(line);
});
