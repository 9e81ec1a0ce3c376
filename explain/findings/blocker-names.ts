import type { DeliveryRef } from "../explanation.ts";

/** `order 3 (`extreme_cpu_computation`, severe, partition 1, offset 41)`, as named in a sentence about `order`. */
export function blockerName(ref: DeliveryRef, order: string): string {
  const { work, partition, messages } = ref;
  const details = [
    work && `\`${work.operation ?? work.name}\``,
    work?.intensity,
    partition !== undefined && `partition ${partition}`,
    offsetsText(ref),
  ].filter((detail) => typeof detail === "string");
  const isOwn = ref.order === order;
  const one = isOwn ? "another message of the same order" : ref.order;
  const what = messages > 1 ? `a batch of ${messages} that included ${isOwn ? "it" : ref.order}` : one;
  return details.length > 0 ? `${what} (${details.join(", ")})` : what;
}

/** `offset 41`, or `offsets 41–60` for a batch; undefined when unknown. */
export function offsetsText({ offset, lastOffset = offset }: DeliveryRef): string | undefined {
  if (offset === undefined) return undefined;
  return lastOffset === offset ? `offset ${offset}` : `offsets ${offset}–${lastOffset}`;
}
