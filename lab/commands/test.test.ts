import { expect, it } from "vitest";
import { vitestRuns } from "./test.ts";

it("runs the tests of containers last and alone, and leaves them out without an engine", () => {
  const excluded = ["--project=!compose", "--passWithNoTests"];
  expect(vitestRuns([], true)).toEqual([excluded, ["--project=compose", "--passWithNoTests"]]);
  expect(vitestRuns([], false)).toEqual([excluded]);
});

it("takes the projects that somebody names, but for containers without an engine", () => {
  expect(vitestRuns(["--project=unit"], true)).toEqual([["--project=unit"]]);
  expect(vitestRuns(["--project=compose"], false)).toEqual([["--project=compose", "--project=!compose"]]);
});
