import { expect, it } from "vitest";
import { factsOf } from "./trace-facts.ts";

const span = (operationName: string, duration: number, tags: Record<string, unknown>) => ({
  operationName,
  duration,
  tags: Object.entries(tags).map(([key, value]) => ({ key, type: "string", value })),
});

it("finds partition, operations and what held the order up", () => {
  const spans = [
    span("process orders", 9_000_000, { "messaging.destination.partition.id": "2" }),
    span("business_logic", 8_000_000, { "workload.operation": "extreme_cpu_computation" }),
    span("wait orders", 500_000, { "holdup.blocked_by.order_id": "other", "holdup.blocked_by.ms": 450 }),
    span("process processed-orders", 1000, { "messaging.destination.partition.id": "1" }),
  ];
  expect(factsOf({ data: [{ traceID: "t", spans }] })).toEqual({
    partition: 2,
    operations: [{ span: "business_logic", operation: "extreme_cpu_computation", ms: 8000 }],
    blockedBy: { orderId: "other", ms: 450 },
  });
});

it.each([{ data: null, errors: [{ code: 404, msg: "trace not found" }] }, { data: [] }, "no JSON object"])(
  "knows nothing from %j",
  (body) => {
    expect(factsOf(body)).toEqual({ operations: [] });
  },
);
