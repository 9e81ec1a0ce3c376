import { describe, expect, it } from "vitest";
import { handled, offset, sent } from "../../explain/deliveries/spans.fixture.ts";
import { explain } from "../../explain/explain.ts";
import { explainedLines } from "./burst-text.ts";

const context = { env: {}, out: {} };
const explanation = explain([
  sent({ id: "s", at: 0, for: 0 }),
  handled({ id: "p", parentSpanId: "s", at: 1, for: 100, facts: offset(1) }),
]);
const all = ["The full explanation:", "  ./holdup explain --burst last --all"];

describe("the end of a burst's report", () => {
  it("shows the lanes, the conclusion, and how to see all of it", () => {
    const lines = explainedLines(context, { explanation, incomplete: [] }, 80);
    expect(lines[0]).toMatch(/^ +╷0 s/);
    expect(lines).toContain("g (topic orders): 1 partition, 1 consumer, 1 at a time");
    expect(lines.slice(-3)).toEqual(["No order held up others for long.", ...all]);
  });

  it.each([
    [[7], "Not all spans of 1 order have arrived; the missing ones are left out here."],
    [[7, 9], "Not all spans of 2 orders have arrived; the missing ones are left out here."],
  ])("starts with the number of incomplete orders: %j", (incomplete, message) => {
    expect(explainedLines(context, { explanation, incomplete }, 80)[0]).toBe(message);
  });

  it("reports when no spans have arrived", () => {
    expect(explainedLines(context, { explanation: explain([]), incomplete: [1, 2] }, 80)).toEqual([
      "No spans of its orders have arrived yet. Try again:",
      "  ./holdup explain --burst last --all",
    ]);
  });

  it("has colour where it is requested", () => {
    const text = explainedLines(
      { ...context, env: { FORCE_COLOR: "1" } },
      { explanation, incomplete: [] },
      80,
    ).join("\n");
    expect(text).toContain("\u001b[");
  });
});
