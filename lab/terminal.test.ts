import { expect, it } from "vitest";
import { hasColour } from "./terminal.ts";

const onTerminal = { isTTY: true };

it.each([
  [{}, true, false],
  [{ TERM: "xterm-256color" }, true, false],
  [{ TERM: "dumb" }, false, false],
  [{ NO_COLOR: "1" }, false, false],
  [{ NO_COLOR: "" }, true, false],
  [{ FORCE_COLOR: "1" }, true, true],
  [{ FORCE_COLOR: "1", TERM: "dumb" }, true, true],
  [{ FORCE_COLOR: "3", NO_COLOR: "1" }, true, true],
  [{ FORCE_COLOR: "0" }, false, false],
  [{ FORCE_COLOR: "false" }, false, false],
  [{ FORCE_COLOR: "" }, true, false],
  [{ CI: "true" }, true, false],
])("with %j has colour on a terminal: %s, elsewhere: %s", (env, there, elsewhere) => {
  expect(hasColour({ env }, onTerminal)).toBe(there);
  expect(hasColour({ env }, {})).toBe(elsewhere);
});
