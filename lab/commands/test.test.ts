import { expect, it } from "vitest";
import { vitestRuns } from "./test.ts";

it("runs the container tests last and separately, and skips them without an engine", () => {
  const excluded = ["--project=!compose", "--project=!foreign", "--passWithNoTests"];
  expect(vitestRuns([], true)).toEqual([excluded, ["--project=compose", "--passWithNoTests"]]);
  expect(vitestRuns([], false)).toEqual([excluded]);
});

it("runs the given projects, but no container tests without an engine", () => {
  expect(vitestRuns(["--project=unit"], true)).toEqual([["--project=unit", "--project=!foreign"]]);
  expect(vitestRuns(["--project=compose"], false)).toEqual([
    ["--project=compose", "--project=!compose", "--project=!foreign"],
  ]);
});
