import { describe, expect, it } from "vitest";
import { lanesHash, orderHash, readRoute } from "./route.ts";

describe("routes", () => {
  it("name a view", () => {
    expect(readRoute("#/pipeline").view).toBe("pipeline");
    expect(readRoute("").view).toBe("lanes");
    expect(readRoute("#/nowhere").view).toBe("lanes");
  });

  it("name an order by its id or by its trace", () => {
    expect(readRoute(orderHash("a/b c"))).toMatchObject({ view: "order", id: "a/b c" });
    expect(readRoute("#/trace/4bf92f")).toMatchObject({ view: "order", id: "4bf92f" });
    expect(readRoute("#/order/%E0%A4%A")).toMatchObject({ view: "order", id: "%E0%A4%A" });
  });

  it("name what the lanes show", () => {
    const { view, query } = readRoute(lanesHash("7", { fromMs: 1.5, toMs: 2.5 }));
    expect(view).toBe("lanes");
    expect(Object.fromEntries(query)).toEqual({ order: "7", from: "1", to: "3" });
  });
});
