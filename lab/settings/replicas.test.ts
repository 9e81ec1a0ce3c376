import { expect, it } from "vitest";
import { byService } from "../../shared/pipeline/stages.ts";
import { checkReplicas, idleReplicasWarning, parseReplicas } from "./replicas.ts";

it("reads replicas by short or long name; the other services have one", () => {
  expect(parseReplicas("processing=2, analytics-service=0")).toEqual({
    ...byService(() => 1),
    "processing-service": 2,
    "analytics-service": 0,
  });
});

it.each(["processing", "processing=two", "processing=1=2", "=2"])("refuses %j", (list) => {
  expect(() => parseReplicas(list)).toThrow(/processing|service/);
});

it("suggests the nearest service", () => {
  expect(() => parseReplicas("procesing=2")).toThrow(/did you mean processing\?/);
});

it("allows the API one replica and explains why", () => {
  expect(() => checkReplicas("api-service", 2)).toThrow(/owns the API's port/);
  expect(() => checkReplicas("processing-service", 21)).toThrow(/0 to 20/);
});

it("warns of replicas without a partition", () => {
  const partitionsOf = { orders: 3, "processed-orders": 6 };
  expect(idleReplicasWarning("processing-service", 3, partitionsOf)).toBeUndefined();
  expect(idleReplicasWarning("processing-service", 5, partitionsOf)).toMatch(
    /orders has 3; 2 of 5 replicas will have nothing to do/,
  );
  expect(idleReplicasWarning("notification-service", 5, partitionsOf)).toBeUndefined();
  expect(idleReplicasWarning("analytics-service", 5, partitionsOf)).toBeUndefined();
});
