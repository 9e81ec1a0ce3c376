import type { Bar } from "../../api.ts";

/** A bar for tests: order 3 in partition 0 of `orders`, from 0 to 10 ms, that waited for nothing. */
export function bar(given: Partial<Bar> = {}): Bar {
  const id = given.id ?? `${given.order ?? "3"}/${given.topic ?? "orders"}`;
  return {
    id,
    order: "3",
    orderName: `order ${given.order ?? "3"}`,
    item: "book",
    stage: "processing-service",
    topic: "orders",
    partition: 0,
    offset: 0,
    consumer: "processing-service-1",
    availableAtMs: undefined,
    startedAtMs: 0,
    endedAtMs: 10,
    operation: undefined,
    intensity: undefined,
    failed: false,
    cause: undefined,
    blockedBy: undefined,
    blockedMs: 0,
    costMs: 0,
    costMessages: 0,
    ...given,
  };
}
