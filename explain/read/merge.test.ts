import { expect, it } from "vitest";
import { merge } from "./merge.ts";

async function collect<T>(source: AsyncGenerator<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}

it("yields what all generators yield, including those added while it runs", async () => {
  const waiting = [3];
  async function* countdown(from: number): AsyncGenerator<number> {
    yield from;
    if (from > 0) waiting.push(from - 1, from - 1);
  }
  const next = () => {
    const from = waiting.pop();
    return from === undefined ? undefined : countdown(from);
  };
  const found = await collect(merge(next, 2, expect.unreachable));
  expect(found.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3]);
});

it("closes all generators when one throws, and rethrows its error", async () => {
  const closed: string[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  async function* stuck(): AsyncGenerator<number> {
    try {
      await released;
      yield 1;
    } finally {
      closed.push("stuck");
    }
  }
  // biome-ignore lint/correctness/useYield: fails before it yields.
  async function* failing(): AsyncGenerator<number> {
    throw new Error("broken");
  }
  const sources = [failing(), stuck()];
  await expect(collect(merge(() => sources.pop(), 2, release))).rejects.toThrow("broken");
  expect(closed).toEqual(["stuck"]);
});

it("closes all generators when the reader stops", async () => {
  const closed: number[] = [];
  async function* endless(n: number): AsyncGenerator<number> {
    try {
      for (;;) yield n;
    } finally {
      closed.push(n);
    }
  }
  const sources = [endless(1), endless(2)];
  for await (const _ of merge(
    () => sources.pop(),
    2,
    () => undefined,
  ))
    break;
  expect(closed.toSorted()).toEqual([1, 2]);
});
