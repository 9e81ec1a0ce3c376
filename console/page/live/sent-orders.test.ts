import { expect, it } from "vitest";
import type { BurstProgress } from "../../api.ts";
import { isKnownOrder, rememberSentOrder } from "./sent-orders.ts";

it("knows the orders sent from the page and those of the burst", () => {
  rememberSentOrder("one");
  const burst = { orders: ["two"] as readonly string[] } as BurstProgress;
  expect(["one", "two", "three"].map((id) => isKnownOrder(id, { burst }))).toEqual([true, true, false]);
});

it("forgets the oldest of more than a thousand", () => {
  for (let n = 0; n <= 1000; n += 1) rememberSentOrder(`many ${n}`);
  expect(isKnownOrder("many 0", { burst: undefined })).toBe(false);
  expect(isKnownOrder("many 1", { burst: undefined })).toBe(true);
});
