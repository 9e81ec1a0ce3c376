import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { handled, offset } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";
import { printJson } from "./print-json.ts";

/** A stream whose buffer is full after every write. */
function createSlowStream() {
  const written: string[] = [];
  const stream = new Writable({
    highWaterMark: 1,
    write(chunk, _, done) {
      written.push(String(chunk));
      setImmediate(done);
    },
  });
  return { stream, text: () => written.join("") };
}

it("prints one document on one line, with control characters escaped", async () => {
  const bad = "\u001b[2J\n\u009b1m\u202e\u{e0041}";
  const explanation = explain([
    handled({ id: "p", at: 0, for: 1, facts: { ...offset(1), "messaging.consumer.group.name": bad } }),
  ]);
  const { stream, text } = createSlowStream();
  await printJson(stream, explanation);
  await new Promise((resolve) => stream.end(resolve));
  expect(text()).toMatch(/^[^\p{Cc}\p{Cf}]*\n$/u);
  expect(JSON.parse(text())).toEqual(JSON.parse(JSON.stringify(explanation)));
});
