import { z } from "zod";
import { HoldupError } from "../../core/errors.ts";
import { number } from "../../core/settings.ts";
import { traceIdOf } from "../read/formats/ids.ts";
import { type Condition, readCondition } from "./condition.ts";
import { durationExpected, readDuration } from "./read-duration.ts";

/** Where to read spans. */
export type Source =
  | { readonly kind: "lab" }
  | { readonly kind: "jaeger"; readonly url: string }
  | { readonly kind: "files"; readonly paths: readonly string[] };

/** Which orders to explain. */
export type Subject =
  | { readonly kind: "all" }
  | { readonly kind: "last"; readonly ms: number }
  | { readonly kind: "trace"; readonly traceId: string }
  | { readonly kind: "burst" };

export type ExplainRequest = {
  readonly source: Source;
  readonly subject: Subject;
  readonly transportMs: number | undefined;
  readonly conditions: readonly Condition[];
  readonly isJson: boolean;
  /** How much to print. */
  readonly detail: "answer" | "orders" | "all";
  /** Whether to print what the spans lack instead. */
  readonly isCheck: boolean;
};

const nsPerMs = 1e6;
const dayMs = 86_400_000;
const defaultLastMs = 600_000;
const longestLastDays = 365;

const explainOptions = z.object({
  jaeger: z.string().optional(),
  file: z.array(z.string()).default([]),
  last: z.string().optional(),
  trace: z.string().optional(),
  burst: z.string().optional(),
  transportMs: number(0, 60_000).optional(),
  failOn: z.array(z.string()).default([]),
  json: z.boolean().default(false),
  orders: z.boolean().default(false),
  all: z.boolean().default(false),
  check: z.boolean().default(false),
});
type GivenOptions = z.output<typeof explainOptions>;

/**
 * Checks the options of `explain` as the command line gives them.
 *
 * @throws HoldupError HOLDUP_USAGE, one line for the first wrong option
 */
export function readExplainOptions(given: Readonly<Record<string, unknown>>): ExplainRequest {
  const parsed = explainOptions.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HoldupError(
      "HOLDUP_USAGE",
      `--transport-ms ${given["transportMs"]}: expected ${issue?.message}.`,
    );
  }
  const options = parsed.data;
  if (options.check && options.failOn.length > 0) {
    throw new HoldupError("HOLDUP_USAGE", "--check checks no conditions; leave --fail-on out.");
  }
  const source = sourceOf(options);
  return {
    source,
    subject: subjectOf(options, source),
    transportMs: options.transportMs,
    conditions: options.failOn.map(readCondition),
    isJson: options.json,
    detail: options.all ? "all" : options.orders ? "orders" : "answer",
    isCheck: options.check,
  };
}

function sourceOf({ jaeger, file }: GivenOptions): Source {
  if (jaeger !== undefined && file.length > 0) {
    throw new HoldupError("HOLDUP_USAGE", "--jaeger and --file are two sources; give one of them.");
  }
  if (file.includes(""))
    throw new HoldupError("HOLDUP_USAGE", "--file '': expected the path of a file, or -.");
  if (file.filter((path) => path === "-").length > 1) {
    throw new HoldupError(
      "HOLDUP_USAGE",
      "--file - reads standard input, which can be read only once; give it once.",
    );
  }
  if (jaeger !== undefined) return { kind: "jaeger", url: jaeger };
  return file.length > 0 ? { kind: "files", paths: file } : { kind: "lab" };
}

function subjectOf({ last, trace, burst }: GivenOptions, source: Source): Subject {
  const given = Object.entries({ last, trace, burst }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`],
  );
  if (given.length > 1) {
    throw new HoldupError("HOLDUP_USAGE", `${given.join(" and ")} exclude each other; give one of them.`);
  }
  if (trace !== undefined) {
    const traceId = traceIdOf(trace.trim());
    if (traceId === undefined) {
      throw new HoldupError("HOLDUP_USAGE", `--trace ${trace}: expected up to 32 hex digits.`);
    }
    return { kind: "trace", traceId };
  }
  if (burst !== undefined) {
    if (burst === "last") return { kind: "burst" };
    throw new HoldupError("HOLDUP_USAGE", `--burst ${burst}: expected last; only the last burst is saved.`);
  }
  if (source.kind === "files") {
    if (last === undefined) return { kind: "all" };
    throw new HoldupError("HOLDUP_USAGE", "--last counts from now, but files are read whole; leave it out.");
  }
  return { kind: "last", ms: last === undefined ? defaultLastMs : readLast(last) };
}

function readLast(text: string): number {
  const refuse = (why: string) => new HoldupError("HOLDUP_USAGE", `--last ${text}: ${why}.`);
  const ns = readDuration(text);
  if (ns === undefined) throw refuse(durationExpected);
  const ms = ns / nsPerMs;
  if (ms === 0 || ms > longestLastDays * dayMs) {
    throw refuse(`expected more than 0 and at most ${longestLastDays}d`);
  }
  return ms;
}
