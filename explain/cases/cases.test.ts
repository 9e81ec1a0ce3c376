import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createExplainer } from "../explain.ts";
import type { Explanation } from "../explanation.ts";
import { readFile } from "../read/read-file.ts";
import type { Problem } from "../span.ts";

/**
 * Each file has three messages of topic `orders`, partition 0, sent at 0, 100 and 200 ms and handled by one consumer: order 1 for
 * 2,000 ms, the others for 100 ms. So order 2 waits for order 1, and order 3 for both.
 */
type Case = {
  readonly file: string;
  readonly proven: boolean;
  /** Where the partition is unknown, it is only known that the consumer was busy. */
  readonly cause?: "same-partition" | "same-consumer";
  /** What is said about the input. */
  readonly says?: readonly string[];
};

const cases: readonly Case[] = [
  { file: "01-tempo-batches", proven: true },
  { file: "02-tempo-v2-trace", proven: true },
  { file: "03-low-high-times", proven: true },
  { file: "04-go-struct-values", proven: true },
  { file: "05-brave-kafka-topic", proven: false, cause: "same-consumer" },
  { file: "06-datadog-kafka-names", proven: false },
  { file: "08-spring-listener-receive", proven: false },
  {
    file: "09-snapshot-span",
    proven: true,
    says: ["The span was read more than once; its longest version counts."],
  },
  { file: "10-shared-id-producer-consumer", proven: false },
  { file: "11-mixed-64-128-trace-ids", proven: false },
  { file: "13-rabbit-destination-names", proven: false, cause: "same-consumer" },
  { file: "15-link-ids-as-byte-arrays", proven: true },
];

async function explainCase(file: string): Promise<Explanation> {
  const explainer = createExplainer();
  const problems: Problem[] = [];
  const path = join(import.meta.dirname, `${file}.json`);
  for await (const spans of readFile(path, (problem) => problems.push(problem))) spans.forEach(explainer.add);
  return explainer.finish(problems);
}

/** Waits in ms, each with the part that has a cause and the orders that it was behind. */
function waitsOf({ orders }: Explanation, cause: "same-partition" | "same-consumer") {
  return orders.map(({ name, deliveries: [delivery] }) => ({
    name,
    waitMs: Math.round((delivery?.wait?.ns ?? Number.NaN) / 1e6),
    blockedMs: Math.round((delivery?.wait?.byCause[cause] ?? 0) / 1e6),
    behind: delivery?.wait?.blockers.map(({ order }) => order),
  }));
}

describe.each(cases)("$file", ({ file, proven, cause = "same-partition", says = [] }) => {
  it("explains who waited behind whom, for how long", async () => {
    const explanation = await explainCase(file);
    expect(waitsOf(explanation, cause)).toEqual([
      { name: "order 1", waitMs: 1, blockedMs: 0, behind: [] },
      { name: "order 2", waitMs: 1_902, blockedMs: 1_901, behind: ["order 1"] },
      { name: "order 3", waitMs: 1_903, blockedMs: 1_901, behind: ["order 1", "order 2"] },
    ]);
    const segments = explanation.orders.flatMap(({ deliveries }) =>
      deliveries.flatMap(({ wait }) => wait?.segments ?? []),
    );
    expect(segments.filter((one) => one.cause === cause).map((one) => one.proven)).toEqual(
      Array(3).fill(proven),
    );
    expect(segments.filter((one) => one.cause === "unexplained")).toEqual([]);
  });

  it("says only what is true about the input", async () => {
    const { window, input, gaps } = await explainCase(file);
    expect(window).toMatchObject({ handled: 3, orders: 3, traces: file.startsWith("15") ? 6 : 3 });
    expect([...input, ...gaps].map(({ what }) => what)).toEqual(says);
  });
});

it("refuses spans whose operation is not known, and names it and their service", async () => {
  const { window, orders, gaps } = await explainCase("12-operation-subscribe");
  expect(window.handled).toBe(0);
  expect(orders).toEqual([]);
  expect(gaps).toEqual([
    {
      what: expect.stringMatching(/operation subscribe is not known.*worker/),
      where: expect.stringContaining("trace "),
      count: 3,
    },
  ]);
});
