import type { DeliveryRef } from "../explanation.ts";
import { nsPerMs } from "../time.ts";

/** A duration for people, three digits: `840 µs`, `14.0 ms`, `31.2 s`, `4 min 10 s`. */
export function duration(ns: number): string {
  if (ns < 0) return `−${duration(-ns)}`;
  if (ns === 0) return "0 ms";
  const ms = ns / nsPerMs;
  if (ms < 1) return `${Math.round(ns / 1000)} µs`;
  if (ms < 999.5) return `${digits(ms)} ms`;
  if (ms < 119_500) return `${digits(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function digits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** A stage as people call it: `processing` for the group `processing-service`. */
export function stageName(group: string): string {
  return group.replace(/-service$/, "");
}

/** `order 3 (`extreme_cpu_computation`, severe, partition 1, offset 41)`, as it is called in a sentence about `order`. */
export function blockerName(ref: DeliveryRef, order: string): string {
  const { work, partition, messages } = ref;
  const details = [
    work && `\`${work.operation ?? work.name}\``,
    work?.intensity,
    partition !== undefined && `partition ${partition}`,
    offsetsText(ref),
  ].filter((detail) => typeof detail === "string");
  const isOwn = ref.order === order;
  const one = isOwn ? "another message of its own" : ref.order;
  const what = messages > 1 ? `a batch of ${messages} that ${isOwn ? "it" : ref.order} was in` : one;
  return details.length > 0 ? `${what} (${details.join(", ")})` : what;
}

/** `offset 41`, or `offsets 41–60` of a batch; undefined when it is not known. */
export function offsetsText({ offset, lastOffset = offset }: DeliveryRef): string | undefined {
  if (offset === undefined) return undefined;
  return lastOffset === offset ? `offset ${offset}` : `offsets ${offset}–${lastOffset}`;
}

/** `a, b and c` */
export function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A rate for people: `0.07/s`, `2.3/s`, `120/s`. */
export function rate(perSecond: number): string {
  const decimals = perSecond < 0.995 ? 2 : Number(perSecond < 99.95);
  return `${Number(perSecond.toFixed(decimals))}/s`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
