/**
 * Runs of other people's pipelines that explain once got wrong, each with what is right. Two stages each: topics `*.in` and `*.out`
 * with 3 partitions. Their truth logs do not tell when a batch was handed over.
 */
import { describe, expect, it } from "vitest";
import { explain } from "../../explain/explain.ts";
import type { Explanation, ProblemClass } from "../../explain/explanation.ts";
import { explainRun, readSpans } from "./compare-run.ts";

const dir = `${import.meta.dirname}/cases`;

type Case = {
  readonly name: string;
  /** The problems of `*.in`, the worst first, with the seconds that its messages waited for them. */
  readonly problems: readonly (readonly [ProblemClass, number])[];
  readonly messages: number;
  readonly slots: number;
  readonly missing: readonly string[];
  readonly inBatches?: boolean;
  /** A replica was killed, and its last spans with it. */
  readonly killed?: boolean;
};

const cases: readonly Case[] = [
  {
    name: "kjsboth-b",
    problems: [["head-of-line", 26]],
    messages: 24,
    slots: 1,
    missing: ["consumer group"],
  },
  {
    name: "franzproc-f",
    problems: [["head-of-line", 25]],
    messages: 36,
    slots: 2,
    missing: ["consumer instance"],
  },
  {
    name: "kjs-e",
    problems: [
      ["rebalance", 59],
      ["burst", 6],
    ],
    messages: 48,
    slots: 2,
    missing: ["consumer group", "time of arrival"],
    killed: true,
  },
  {
    name: "conf-e",
    problems: [
      ["rebalance", 22],
      ["burst", 2.4],
    ],
    messages: 48,
    slots: 2,
    missing: ["consumer group", "time of arrival"],
    killed: true,
  },
  {
    name: "confbatch-a",
    problems: [["head-of-line", 24]],
    messages: 24,
    slots: 1,
    missing: ["partition", "consumer group"],
    inBatches: true,
  },
  {
    name: "springbatch-a",
    problems: [["head-of-line", 21]],
    messages: 24,
    slots: 1,
    missing: [],
    inBatches: true,
  },
  {
    name: "jplain-e",
    problems: [
      ["rebalance", 27.8],
      ["burst", 3.9],
    ],
    messages: 48,
    slots: 2,
    missing: ["time of arrival"],
    killed: true,
  },
  {
    name: "kjsbatch-a",
    problems: [["head-of-line", 21.4]],
    messages: 24,
    slots: 1,
    missing: ["consumer group"],
    inBatches: true,
  },
  {
    name: "confasync-a",
    problems: [],
    messages: 24,
    slots: 1,
    missing: ["processing time", "consumer group"],
  },
  {
    name: "springobs-a",
    problems: [["head-of-line", 24.3]],
    messages: 24,
    slots: 1,
    missing: ["consumer instance"],
  },
];

function problemsOf({ problems }: Explanation, topic: RegExp) {
  return problems.flatMap((problem) => (topic.test(problem.topic ?? "") ? [problem] : []));
}

function expectProblems(explanation: Explanation, topic: RegExp, right: Case["problems"]): void {
  const found = problemsOf(explanation, topic);
  expect(found.map((problem) => problem.class)).toEqual(right.map(([name]) => name));
  for (const [n, [, seconds]] of right.entries()) {
    expect((found[n]?.ns ?? 0) / 1e9 / seconds).toBeGreaterThan(0.95);
    expect((found[n]?.ns ?? 0) / 1e9 / seconds).toBeLessThan(1.05);
  }
}

describe.each(cases)("$name", ({ name, problems, messages, slots, missing, inBatches, killed }) => {
  it("has its true headline, and says what it lacks", async () => {
    const { explanation } = await explainRun(dir, name);
    expectProblems(explanation, /\.in$/, problems);
    const [stage] = explanation.stages.filter(({ topic }) => topic?.endsWith(".in"));
    expect(stage).toMatchObject({ deliveries: messages, slots });
    expect([...new Set(explanation.missing.map(({ what }) => what))].toSorted()).toEqual(missing.toSorted());
  });

  it("blames nobody falsely, and no message was invented", async () => {
    const { comparison } = await explainRun(dir, name);
    expect(comparison).toMatchObject({ invented: [], missing: [], wrongBlames: [], falseProofs: [] });
    // The first handling of a message that was delivered again may be among the lost spans.
    if (inBatches) expect(comparison.rightBlames).toBeGreaterThan(10);
    else expect(comparison.wrongWaits.length).toBeLessThanOrEqual(killed ? 1 : 0);
  });
});

it("does not say that nobody waited where handling goes on in a pool", async () => {
  const { explanation } = await explainRun(dir, "confasync-a");
  const ofBilling = explanation.orders.flatMap(({ deliveries }) =>
    deliveries.filter(({ topic }) => topic.endsWith(".in")),
  );
  expect(ofBilling.filter(({ wait }) => wait)).toEqual([]);
});

it("keeps two runs in one file apart: the second has one consumer, which is overloaded", async () => {
  const explanation = explain(await readSpans(dir, "kjs-f-then-c"));
  expectProblems(explanation, /^kjs\.f\..*\.in$/, [["head-of-line", 25.6]]);
  expectProblems(explanation, /^kjs\.c\..*\.in$/, [["saturation", 203]]);
  expect(explanation.stages.find(({ topic }) => /^kjs\.c\..*\.in$/.test(topic ?? ""))).toMatchObject({
    slots: 1,
  });
});
