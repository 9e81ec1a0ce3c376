import { expect, it } from "vitest";
import { entriesOf } from "./container-logs.ts";

const at = "2026-11-21T07:47:12.281345678Z";

it("reads the services' own lines, and dates others by when the engine took them", () => {
  const own = JSON.stringify({ time: "2026-11-21T07:47:12.000Z", level: "warn", msg: "slow" });
  const [first, second] = entriesOf("kafka", [`${at} ${own}`, `${at} [2026-11-21 07:47:12,281] INFO up`]);
  expect(first).toMatchObject({ level: "warn", timeMs: Date.parse("2026-11-21T07:47:12.000Z") });
  expect(second).toMatchObject({
    level: "info",
    text: "[2026-11-21 07:47:12,281] INFO up",
    timeMs: Date.parse(at),
  });
});

it("puts the lines of a stack under the line before", () => {
  const [only, ...more] = entriesOf("kafka", [`${at} Exception`, `${at} \tat org.apache`, `${at}   at java`]);
  expect(more).toEqual([]);
  expect(only?.more).toEqual(["\tat org.apache", "  at java"]);
});
