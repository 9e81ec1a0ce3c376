import { describe, expect, it } from "vitest";
import { readExplainOptions } from "./explain-options.ts";

describe("the options of explain", () => {
  it("default to the last ten minutes of the lab", () => {
    expect(readExplainOptions({})).toEqual({
      source: { kind: "lab" },
      subject: { kind: "last", ms: 600_000 },
      transportMs: undefined,
      conditions: [],
      isJson: false,
      detail: "answer",
      isCheck: false,
    });
  });

  it("read whole files, one or more", () => {
    const { source, subject } = readExplainOptions({ file: ["a.json", "-"] });
    expect(source).toEqual({ kind: "files", paths: ["a.json", "-"] });
    expect(subject).toEqual({ kind: "all" });
  });

  it.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["10m", 600_000],
    ["1.5 h", 5_400_000],
    ["2min", 120_000],
    ["1d", 86_400_000],
  ])("read --last %s", (last, ms) => {
    expect(readExplainOptions({ last, jaeger: "http://j" })).toMatchObject({
      source: { kind: "jaeger", url: "http://j" },
      subject: { kind: "last", ms },
    });
  });

  it("normalise a trace id as in spans", () => {
    const { subject } = readExplainOptions({ trace: " 4BF92F3577B34DA6 " });
    expect(subject).toEqual({ kind: "trace", traceId: "00000000000000004bf92f3577b34da6" });
  });

  it.each([
    [{ last: "10" }, "--last 10: expected a time such as 500ms, 30s, 10m or 2h (units: µs, ms, s, m, h, d)."],
    [{ last: "0s" }, "--last 0s: expected more than 0 and at most 365d."],
    [{ last: "1000d" }, "--last 1000d: expected more than 0 and at most 365d."],
    [{ last: "5m", file: ["f"] }, "--last counts from now"],
    [{ last: "5m", trace: "ab" }, "--last and --trace exclude each other"],
    [{ trace: "ab", burst: "last" }, "--trace and --burst exclude each other"],
    [{ trace: "xyz" }, "--trace xyz: expected up to 32 hex digits."],
    [{ burst: "first" }, "--burst first: expected last"],
    [{ jaeger: "http://j", file: ["f"] }, "two sources"],
    [{ file: ["a.json", ""] }, "--file '': expected the path of a file, or -."],
    [{ file: ["-", "a.json", "-"] }, "can be read only once"],
    [{ transportMs: "-1" }, "--transport-ms -1: expected a number from 0 to 60000."],
    [{ failOn: ["wait"] }, "--fail-on 'wait': "],
    [{ check: true, failOn: ["wait.max>1s"] }, "--check checks no conditions; leave --fail-on out."],
  ])("refuse %j", (given, message) => {
    expect(() => readExplainOptions(given)).toThrow(
      expect.objectContaining({ code: "HOLDUP_USAGE", message: expect.stringContaining(message) }),
    );
  });
});
