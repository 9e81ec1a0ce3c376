import { expect, it } from "vitest";
import { timeAxis } from "./time-axis.ts";

it.each([
  [0.02, 40, "╷0 s      ╷5 ms     ╷10 ms    ╷15 ms"],
  [12, 40, "╷0 s            ╷5 s             ╷10 s"],
  [160, 60, "╷0 s       ╷30 s      ╷60 s      ╷90 s       ╷2 min"],
  [400, 40, "╷0 s        ╷2 min      ╷4 min"],
  [86_400 * 30, 40, "╷0 s      ╷192 h     ╷384 h     ╷576 h"],
])("%d s in %i columns", (seconds, columns, line) => {
  expect(timeAxis(seconds * 1e9, columns)).toBe(line);
});
