import { expect, it } from "vitest";
import { entriesOf } from "./container-logs.ts";

const at = "2026-11-21T07:47:12.281345678Z";

it("uses the time in the services' own lines, and the engine's time for others", () => {
  const own = JSON.stringify({ time: "2026-11-21T07:47:12.000Z", level: "warn", msg: "slow" });
  const [first, second] = entriesOf("kafka", [`${at} ${own}`, `${at} [2026-11-21 07:47:12,281] INFO up`]);
  expect(first).toMatchObject({ level: "warn", timeMs: Date.parse("2026-11-21T07:47:12.000Z") });
  expect(second).toMatchObject({
    level: "info",
    text: "[2026-11-21 07:47:12,281] INFO up",
    timeMs: Date.parse(at),
  });
});

it("attaches the lines of a stack to the line before", () => {
  const [only, ...more] = entriesOf("kafka", [`${at} Exception`, `${at} \tat org.apache`, `${at}   at java`]);
  expect(more).toEqual([]);
  expect(only?.more).toEqual(["\tat org.apache", "  at java"]);
});
