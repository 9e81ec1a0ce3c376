import { expect, it } from "vitest";
import type { BurstProgress } from "../../api.ts";
import { isAccepted, rememberSent } from "./sent-orders.ts";

it("knows the orders that the page has sent and those of the burst", () => {
  rememberSent("one");
  const burst = { orders: ["two"] as readonly string[] } as BurstProgress;
  expect(["one", "two", "three"].map((id) => isAccepted(id, { burst }))).toEqual([true, true, false]);
});

it("forgets the oldest of very many", () => {
  for (let n = 0; n <= 1000; n += 1) rememberSent(`many ${n}`);
  expect(isAccepted("many 0", { burst: undefined })).toBe(false);
  expect(isAccepted("many 1", { burst: undefined })).toBe(true);
});
