import { describe, expect, it } from "vitest";
import { readBurst, startForm } from "./burst-form.ts";
import { oneSevere, workloadOf } from "./forcing.ts";

describe("the form of a burst", () => {
  it("sends what was typed, and leaves out empty fields", () => {
    expect(readBurst(startForm)).toEqual({ count: 10, rate: 2, items: 10 });
    expect(readBurst({ ...startForm, rate: " ", items: "", seed: "7" })).toEqual({ count: 10, seed: 7 });
  });

  it("formats forced work like the command line", () => {
    const forcings = [oneSevere, { ...oneSevere, order: " All " }];
    expect(readBurst({ ...startForm, forcings }).force).toEqual([
      "2:business_logic=extreme_cpu_computation",
      "all:business_logic=extreme_cpu_computation",
    ]);
  });

  it("gives a single order its workload", () => {
    expect(workloadOf([oneSevere])).toEqual({ business_logic: "extreme_cpu_computation" });
  });
});
