import { expect, it } from "vitest";
import { mustEqual } from "./read-back.ts";

it("takes what comes back as it was written", () => {
  expect(() => mustEqual("line", "line", "The file")).not.toThrow();
});

it.each(["lime", "", null, 4])("refuses %j where a line was written", (read) => {
  expect(() => mustEqual(read, "line", "The file")).toThrow(
    expect.objectContaining({
      code: "HOLDUP_WORKLOAD_WRONG_RESULT",
      message: expect.stringContaining("The file"),
    }),
  );
});
