import { expect, it } from "vitest";
import { mustEqual } from "./read-back.ts";

it("accepts what is read back as written", () => {
  expect(() => mustEqual("line", "line", "The file")).not.toThrow();
});

it.each(["lime", "", null, 4])("refuses %j instead of the written line", (read) => {
  expect(() => mustEqual(read, "line", "The file")).toThrow(
    expect.objectContaining({
      code: "HOLDUP_WORKLOAD_WRONG_RESULT",
      message: expect.stringContaining("The file"),
    }),
  );
});
