import { describe, expect, it } from "vitest";
import { formatForcing, readForcing } from "./forcing.ts";

describe("readForcing", () => {
  it.each(["3:business_logic=extreme_cpu_computation", "all:data_analysis=json_processing"])(
    "reads %s",
    (text) => {
      expect(formatForcing(readForcing(text))).toBe(text);
    },
  );

  it.each([
    ["business_logic=extreme_cpu_computation", "expected <order>:<span>=<operation>"],
    ["0:business_logic=extreme_cpu_computation", "expected <order>:<span>=<operation>"],
    ["1:business=json_processing", "there is no span business; there are input_validation,"],
    ["1:business_logic=json", "there is no operation json; there are json_processing,"],
  ])("refuses %s and lists the valid names", (text, message) => {
    expect(() => readForcing(text)).toThrow(expect.objectContaining({ code: "HOLDUP_USAGE" }));
    expect(() => readForcing(text)).toThrow(message);
  });
});
