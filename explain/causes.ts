/**
 * The one table of causes. A cause is why a message waited at a moment; docs/explain.md describes each for users.
 *
 * A new cause needs five files besides the code that finds it, in explain/waits/ordered-unit.ts or timeline/gap.ts:
 * 1. here its name in `causes` and its row in `aboutCause`;
 * 2. its stripes in console/page/order/cause-patterns.tsx;
 * 3. its colour, `--cause-<name>`, in console/page/styles/tokens.css;
 * 4. its row in docs/explain.md;
 * 5. docs/explain.schema.json, as `npm run -s print:schema` prints it, formatted by Biome.
 *
 * Without 1 and 2 nothing compiles; without the others a unit test fails.
 */
export const causes = [
  "same-partition",
  "same-key",
  "same-consumer",
  "fetch-barrier",
  "capacity",
  "rebalance",
  "retry",
  "transport",
  "unexplained",
] as const;

export type Cause = (typeof causes)[number];

type AboutCause = {
  /** Completes "the message waited because …". */
  readonly meaning: string;
  /** Whether runs of other messages blocked it. */
  readonly blocks: boolean;
  /** Follows a duration, "3 s behind"; the name of the blocker follows where the cause blocks. */
  readonly phrase: string;
  readonly remedy: Remedy;
};

/**
 * What to report when a cause takes much of a stage's time: a problem of its own, or `queueing` (a replay of the stage finds
 * the problem), `retries` (counted together with retries inside runs) or `none`.
 */
type Remedy = CauseProblem | "queueing" | "retries" | "none";

/** A problem whose class is the name of its cause. */
type CauseProblem = {
  readonly title: string;
  readonly meaning: string;
  /** What was observed; `waited` is a duration as text. */
  readonly why: (waited: string) => string;
  readonly help: string;
};

export const aboutCause = {
  "same-partition": {
    meaning: "an earlier message of its partition was being handled",
    blocks: true,
    phrase: "behind",
    remedy: "queueing",
  },
  "same-key": {
    meaning: "an earlier message of its key was being handled",
    blocks: true,
    phrase: "behind the same key's",
    remedy: "queueing",
  },
  "same-consumer": {
    meaning: "its consumer was handling another partition",
    blocks: true,
    phrase: "while its consumer was busy with",
    remedy: "queueing",
  },
  "fetch-barrier": {
    meaning: "the client waited for another partition's batch before it fetched again",
    blocks: true,
    phrase: "because the client fetched nothing before the end of",
    remedy: {
      title: "Fetch barrier",
      meaning: "The client fetches again only when it has handled everything from its last fetch.",
      why: (waited) =>
        `Messages waited ${waited} although their consumer was not full: the client fetches again only when all partitions of its last fetch are done.`,
      help: "One consumer per partition removes the barrier; smaller fetches shorten it.",
    },
  },
  capacity: {
    meaning: "its consumer was full: it handled as many messages as it can at a time",
    blocks: true,
    phrase: "while its consumer was full, in part with",
    remedy: "queueing",
  },
  rebalance: {
    meaning: "the group was rebalancing, or no consumer had the partition",
    blocks: false,
    phrase: "while no consumer had the partition (rebalance)",
    remedy: {
      title: "Rebalance",
      meaning: "While a consumer group rebalances, no consumer reads its partitions.",
      why: (waited) => `Messages waited ${waited} while no consumer had their partition.`,
      help: "Stop consumers so that they leave the group, keep session time-outs short, give instances a fixed identity (static membership), and do not scale during a burst.",
    },
  },
  retry: {
    meaning: "an earlier attempt of the same message was running or backing off",
    blocks: false,
    phrase: "for its own earlier attempts and their back-off",
    remedy: "retries",
  },
  transport: {
    meaning: "the client was polling Kafka and fetching the message",
    blocks: false,
    phrase: "for polling and fetching",
    remedy: "none",
  },
  unexplained: {
    meaning: "the spans do not show why",
    blocks: false,
    phrase: "unexplained",
    remedy: "none",
  },
} satisfies Readonly<Record<Cause, AboutCause>>;

/** A cause whose name is also a class of problems. */
export type ProblemCause = {
  [C in Cause]: (typeof aboutCause)[C]["remedy"] extends CauseProblem ? C : never;
}[Cause];

export const problemCauses: readonly ProblemCause[] = causes.filter(isProblemCause);

export function isProblemCause(name: string): name is ProblemCause {
  return isCause(name) && typeof aboutCause[name].remedy !== "string";
}

export function isCause(name: string): name is Cause {
  return Object.hasOwn(aboutCause, name);
}
