import { expect, it } from "vitest";
import { escapeControls, escapeControlsInLines } from "./escape.ts";

const steering = "\u001b[2J\u0007\r\n\u009b1m\u202e\u2066\u{e0041}\u2028";

it("escapes what would control a terminal, as JSON does", () => {
  expect(escapeControls(steering)).toBe(
    "\\u001b[2J\\u0007\\u000d\\u000a\\u009b1m\\u202e\\u2066\\udb40\\udc41\\u2028",
  );
  expect(escapeControls("Grüße, 注文 🧾 e\u0301")).toBe("Grüße, 注文 🧾 e\u0301");
});

it("keeps the meaning of JSON", () => {
  const value = { [steering]: [steering, "\\u001b"] };
  expect(JSON.parse(escapeControls(JSON.stringify(value)))).toEqual(value);
});

it("keeps the line breaks of our own text", () => {
  expect(escapeControlsInLines("one\ntwo\u001b")).toBe("one\ntwo\\u001b");
});
