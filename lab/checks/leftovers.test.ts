import { expect, it } from "vitest";
import { leftoverProjects } from "./leftovers.ts";

it("finds only projects of tests whose process has ended", () => {
  const projects = ["holdup", "holdup-test-1-lab", "holdup-test-2-command", "holdup-testing", ""];
  expect(leftoverProjects(projects, (pid) => pid === 2)).toEqual(["holdup-test-1-lab"]);
});
