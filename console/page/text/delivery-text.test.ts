import { expect, it } from "vitest";
import { bar } from "../lanes/bar.fixture.ts";
import { placeOf, waitOf, workOf, workOfFinding } from "./delivery-text.ts";

it("names the stage, and the partition if it is known", () => {
  expect(placeOf(bar({ stage: "processing-service", partition: 2 }))).toBe("processing, partition 2");
  expect(placeOf(bar({ stage: "processing-service", partition: undefined }))).toBe("processing");
});

it("names the operation and its intensity, if they are known", () => {
  expect(workOf({ operation: "hash_computation", intensity: "medium" })).toBe("hash_computation, medium");
  expect(workOf({ operation: "hash_computation" })).toBe("hash_computation");
  expect(workOfFinding({ name: "SELECT" })).toBe("SELECT");
  expect(workOfFinding(undefined)).toBe("");
});

it("has no wait without an arrival time, and no negative wait", () => {
  expect(waitOf({ availableAtMs: 100, startedAtMs: 2960 })).toBe("2.86 s");
  expect(waitOf({ availableAtMs: 100, startedAtMs: 90 })).toBe("0 ms");
  expect(waitOf({ availableAtMs: undefined, startedAtMs: 90 })).toBe("not known");
});
