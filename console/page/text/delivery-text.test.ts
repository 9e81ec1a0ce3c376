import { expect, it } from "vitest";
import { bar } from "../lanes/bar.fixture.ts";
import { placeOf, waitOf, workOf, workOfFinding } from "./delivery-text.ts";

it("says where a message was handled, as far as that is known", () => {
  expect(placeOf(bar({ stage: "processing-service", partition: 2 }))).toBe("processing, partition 2");
  expect(placeOf(bar({ stage: "processing-service", partition: undefined }))).toBe("processing");
});

it("says what it was busy with, as far as that is known", () => {
  expect(workOf({ operation: "hash_computation", intensity: "medium" })).toBe("hash_computation, medium");
  expect(workOf({ operation: "hash_computation" })).toBe("hash_computation");
  expect(workOfFinding({ name: "SELECT" })).toBe("SELECT");
  expect(workOfFinding(undefined)).toBe("");
});

it("knows no wait without the moment of arrival, and no negative one", () => {
  expect(waitOf({ availableAtMs: 100, startedAtMs: 2960 })).toBe("2.86 s");
  expect(waitOf({ availableAtMs: 100, startedAtMs: 90 })).toBe("0 ms");
  expect(waitOf({ availableAtMs: undefined, startedAtMs: 90 })).toBe("not known");
});
