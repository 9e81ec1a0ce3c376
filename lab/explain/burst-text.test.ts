import { describe, expect, it } from "vitest";
import { handled, offset, sent } from "../../explain/deliveries/spans.fixture.ts";
import { explain } from "../../explain/explain.ts";
import { explainedLines } from "./burst-text.ts";

const context = { env: {}, out: {} };
const explanation = explain([
  sent({ id: "s", at: 0, for: 0 }),
  handled({ id: "p", parentSpanId: "s", at: 1, for: 100, facts: offset(1) }),
]);
const all = ["All of it:", "  ./holdup explain --burst last"];

describe("the end of a burst's report", () => {
  it("is the lanes and the verdict, and how to see all", () => {
    const lines = explainedLines(context, { explanation, lacking: [] }, 80);
    expect(lines[0]).toMatch(/^ +╷0 s/);
    expect(lines).toContain("g (topic orders): 1 partition, 1 consumer, 1 at a time");
    expect(lines.slice(-3)).toEqual(["No order held up others for long.", ...all]);
  });

  it.each([
    [[7], "Not all spans of 1 order have arrived; what follows is without them."],
    [[7, 9], "Not all spans of 2 orders have arrived; what follows is without them."],
  ])("begins with how many orders are told of in part: %j", (lacking, says) => {
    expect(explainedLines(context, { explanation, lacking }, 80)[0]).toBe(says);
  });

  it("says so when nothing has arrived", () => {
    expect(explainedLines(context, { explanation: explain([]), lacking: [1, 2] }, 80)).toEqual([
      "No span of its orders' handling has arrived yet. Ask again:",
      "  ./holdup explain --burst last",
    ]);
  });

  it("has colour where that is asked for", () => {
    const text = explainedLines(
      { ...context, env: { FORCE_COLOR: "1" } },
      { explanation, lacking: [] },
      80,
    ).join("\n");
    expect(text).toContain("\u001b[");
  });
});
