import { defaultTextMapGetter, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { boundedBaggage } from "./bounded-baggage.ts";

function received(baggage: string) {
  const context = boundedBaggage().extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter);
  return propagation.getBaggage(context)?.getAllEntries().length ?? 0;
}

const entry = (index: number, bytes: number) => `key${String(index).padStart(3, "0")}=`.padEnd(bytes, "v");

describe("baggage", () => {
  it("is accepted up to 8,192 bytes", () => {
    const header = [entry(1, 4095), entry(2, 4096)].join(",");
    expect(header).toHaveLength(8192);
    expect(received(header)).toBe(2);
  });

  it("is dropped whole above that", () => {
    expect(received([entry(1, 4096), entry(2, 4096)].join(","))).toBe(0);
    expect(received(Array.from({ length: 500 }, (_, index) => entry(index, 40)).join(","))).toBe(0);
  });
});
