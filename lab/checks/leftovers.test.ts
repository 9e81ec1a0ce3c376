import { expect, it } from "vitest";
import { forgottenIn } from "./forgotten-projects.ts";

it("takes only projects of tests whose process is gone", () => {
  const projects = ["holdup", "holdup-test-1-lab", "holdup-test-2-command", "holdup-testing", ""];
  expect(forgottenIn(projects, (pid) => pid === 2)).toEqual(["holdup-test-1-lab"]);
});
