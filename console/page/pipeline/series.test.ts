import { describe, expect, it } from "vitest";
import type { PipelineState } from "../../api.ts";
import { cpuSeries, lagSeries } from "./series.ts";

const state = (atMs: number, lags: readonly number[], cpu: Record<string, number>): PipelineState =>
  ({
    atMs,
    troubles: [],
    topics: [{ topic: "orders", partitions: lags.map((lag) => ({ lag, inFlight: 0 })) }],
    instances: Object.entries(cpu).map(([instance, cpuPercent]) => ({ instance, cpuPercent })),
  }) as unknown as PipelineState;

describe("the time series of the pipeline", () => {
  const history = [state(1000, [1, 2], { a: 5 }), state(2000, [0, 4], { a: 6, b: 7 })];

  it("add up the lag of a topic's partitions", () => {
    expect(lagSeries(history)).toEqual({
      names: ["orders"],
      data: [
        [1, 2],
        [3, 4],
      ],
    });
  });

  it("have gaps while no page was open", () => {
    const { data } = lagSeries([state(1000, [1], {}), state(4000, [2], {}), state(9000, [3], {})]);
    expect(data).toEqual([
      [1, 4, 6.5, 9],
      [1, 2, null, 3],
    ]);
  });

  it("have gaps while an instance did not run", () => {
    expect(cpuSeries(history)).toEqual({
      names: ["a", "b"],
      data: [
        [1, 2],
        [5, 6],
        [null, 7],
      ],
    });
    expect(cpuSeries([])).toEqual({ names: [], data: [[]] });
  });
});
