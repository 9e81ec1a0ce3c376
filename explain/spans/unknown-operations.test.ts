import { expect, it } from "vitest";
import { createUnknownOperations } from "./unknown-operations.ts";

function list(operations: readonly string[], maxKinds?: number) {
  const unknown = createUnknownOperations(maxKinds);
  for (const operation of operations) unknown.add(operation, "worker", `span of ${operation}`);
  return unknown.list().map(({ what, where, count }) => `${count} × ${what} ${where}`);
}

it("counts by operation and service", () => {
  const unknown = createUnknownOperations();
  unknown.add("subscribe", "worker", "b");
  unknown.add("subscribe", "worker", "a");
  unknown.add("subscribe", "mailer", "c");
  expect(unknown.list()).toEqual([
    {
      what: "The operation subscribe is not known; spans of worker that have it are left out.",
      where: "a",
      count: 2,
    },
    {
      what: "The operation subscribe is not known; spans of mailer that have it are left out.",
      where: "c",
      count: 1,
    },
  ]);
});

it("stays bounded, exact, and the same in whatever order operations arrive", () => {
  const many = Array.from({ length: 500 }, (_, n) => `op-${n % 50}`.padEnd(5, "x"));
  const sorted = (lines: readonly string[]) => [...lines].sort();
  const found = sorted(list(many, 3));
  expect(found).toHaveLength(4);
  expect(found).toContainEqual(expect.stringMatching(/^470 × The operations of more spans are not known/));
  expect(sorted(list([...many].reverse(), 3))).toEqual(found);
});

it("cuts and escapes what comes from a span", () => {
  const unknown = createUnknownOperations();
  unknown.add(`\u001b[31m${"x".repeat(1000)}`, "worker", "a");
  const [{ what } = { what: "" }] = unknown.list();
  expect(what).toContain("\\u001b[31mxxx");
  expect(what.length).toBeLessThan(250);
});
