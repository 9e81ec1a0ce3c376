import { expect, it } from "vitest";
import { hasColour, progressStream } from "./terminal.ts";

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
])("with %j uses colour on a terminal: %s, otherwise: %s", (env, onATerminal, otherwise) => {
  expect(hasColour({ env }, onTerminal)).toBe(onATerminal);
  expect(hasColour({ env }, {})).toBe(otherwise);
});

it("does not erase lines on a dumb terminal", () => {
  const written: string[] = [];
  const error = { isTTY: true, write: (text: string) => written.push(text) };
  expect(progressStream({ env: { TERM: "xterm" }, error })).toBe(error);
  const dumb = progressStream({ env: { TERM: "dumb" }, error });
  expect(dumb.isTTY).toBeFalsy();
  dumb.write("sent");
  expect(written).toEqual(["sent"]);
});
