import type { ProblemClass } from "../../explain/explanation.ts";

/** One order that shop-api sends. */
export type PlannedOrder = {
  readonly id: number;
  /** When it is sent, after the first. */
  readonly atMs: number;
  readonly key: string;
  /** How long billing handles it. */
  readonly workMs: number;
};

export type Scenario = {
  readonly title: string;
  readonly orders: readonly PlannedOrder[];
  /** Replicas of billing. */
  readonly replicas: number;
  /** The first replica of billing is killed when this order is sent. */
  readonly killAtOrder?: number;
  /** What is said first about billing's waiting; undefined for nothing. */
  readonly problem?: ProblemClass;
};

const usualMs = 20;
const slowMs = 3000;

function plan(
  count: number,
  everyMs: number,
  each: (id: number) => { readonly key: string; readonly workMs: number },
): readonly PlannedOrder[] {
  return Array.from({ length: count }, (_, id) => ({ id, atMs: id * everyMs, ...each(id) }));
}

/** Every library's partitioner puts these keys into more than one of the three partitions. */
const spread = (id: number) => `k${id % 7}`;

/** Two stages behind one API: shop-api, billing and mailer. Topics have three partitions. */
export const scenarios = {
  a: {
    title: "a slow message in the partition where all go",
    orders: plan(24, 200, (id) => ({ key: "k", workMs: id === 5 ? slowMs : usualMs })),
    replicas: 1,
    problem: "head-of-line",
  },
  b: {
    title: "a slow message in another partition of the same consumer",
    orders: plan(24, 200, (id) => ({ key: spread(id), workMs: id === 5 ? slowMs : usualMs })),
    replicas: 1,
    problem: "head-of-line",
  },
  c: {
    title: "messages that arrive faster than they are handled",
    orders: plan(40, 30, (id) => ({ key: spread(id), workMs: 80 })),
    replicas: 1,
    problem: "saturation",
  },
  d: {
    title: "nothing wrong",
    orders: plan(24, 200, (id) => ({ key: spread(id), workMs: usualMs })),
    replicas: 1,
  },
  e: {
    title: "one of two replicas killed",
    orders: plan(50, 250, (id) => ({ key: spread(id), workMs: usualMs })),
    replicas: 2,
    killAtOrder: 16,
    problem: "rebalance",
  },
  f: {
    title: "two replicas and one slow message",
    orders: plan(36, 200, (id) => ({ key: spread(id), workMs: id === 6 ? slowMs : usualMs })),
    replicas: 2,
    problem: "head-of-line",
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
