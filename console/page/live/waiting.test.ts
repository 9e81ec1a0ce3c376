import { expect, it } from "vitest";
import { waitingIn } from "./waiting.ts";

it("does not count as waiting what is being handled", () => {
  expect(waitingIn({ lag: 3, inFlight: 1 })).toBe(2);
  // Both are not of the very same moment.
  expect(waitingIn({ lag: 0, inFlight: 1 })).toBe(0);
});
