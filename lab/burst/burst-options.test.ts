import { describe, expect, it } from "vitest";
import { readBurstOptions } from "./burst-options.ts";

describe("readBurstOptions", () => {
  it("sends ten orders of ten items at once by default", () => {
    const { plan, timeoutMs, json } = readBurstOptions({});
    expect(plan).toMatchObject({ count: 10, items: 10, ratePerSecond: undefined, forcings: [] });
    expect(Number.isInteger(plan.seed)).toBe(true);
    expect([timeoutMs, json]).toEqual([undefined, false]);
  });

  it("reads every option", () => {
    const force = ["2:business_logic=extreme_cpu_computation"];
    const given = { count: "5", rate: "0.5", items: "2", seed: "9", timeout: "30", force, json: true };
    expect(readBurstOptions(given)).toEqual({
      plan: {
        count: 5,
        ratePerSecond: 0.5,
        items: 2,
        seed: 9,
        forcings: [{ order: 2, span: "business_logic", operation: "extreme_cpu_computation" }],
      },
      timeoutMs: 30_000,
      json: true,
    });
  });

  it.each([
    [{ count: "0" }, "--count 0: expected a whole number from 1 to 100000."],
    [{ count: "100001" }, "--count 100001: expected a whole number from 1 to 100000."],
    [{ count: "ten" }, "--count ten: expected a whole number from 1 to 100000."],
    [{ rate: "0.01" }, "--rate 0.01: expected a number from 0.1 to 10000."],
    [{ rate: "10001" }, "--rate 10001: expected a number from 0.1 to 10000."],
    [{ items: "-1" }, "--items -1: expected a whole number from 1 to 100000."],
    [{ seed: "4294967296" }, "--seed 4294967296: expected a whole number from 0 to 4294967295."],
    [{ timeout: "soon" }, "--timeout soon: expected a number from 1 to 86400."],
    [{ count: "3", force: ["4:business_logic=json_processing"] }, "there is no order 4 in a burst of 3"],
  ])("refuses %j in one line", (given, message) => {
    expect(() => readBurstOptions(given)).toThrow(
      expect.objectContaining({ code: "HOLDUP_USAGE", message: expect.stringContaining(message) }),
    );
  });
});
