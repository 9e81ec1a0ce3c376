import { describe, expect, it } from "vitest";
import { latestActivity } from "./activity.ts";
import { bar } from "./bar.fixture.ts";

const at = (availableAtMs: number, startedAtMs: number, endedAtMs: number) =>
  bar({ availableAtMs, startedAtMs, endedAtMs });

describe("the latest activity", () => {
  it("is the last burst, with the time that its messages waited", () => {
    const bars = [at(0, 1, 5), at(100, 101, 110), at(100, 130, 150)];
    expect(latestActivity(bars, [], 0, 40)).toEqual({ fromMs: 100, toMs: 150 });
    expect(latestActivity(bars, [], 0, 100)).toEqual({ fromMs: 0, toMs: 150 });
  });

  it("reaches until now while something runs", () => {
    const { endedAtMs: _, ...running } = at(190, 200, 0);
    expect(latestActivity([at(0, 1, 5)], [running], 260, 40)).toEqual({ fromMs: 190, toMs: 260 });
    expect(latestActivity([], [at(190, 200, 230)], 260, 40)).toEqual({ fromMs: 190, toMs: 230 });
  });

  it("is not there when nothing happened", () => {
    expect(latestActivity([], [], 0)).toBeUndefined();
  });
});
