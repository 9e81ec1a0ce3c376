import type { Attributes } from "../span.ts";
import type { SimRun } from "./model.fixture.ts";

/** The service of each stage, and its topic. */
export const services = [
  {
    service: "processing-service",
    topic: "orders",
    span: "process_order",
    operations: ["data_transformation", "business_logic"],
  },
  {
    service: "notification-service",
    topic: "processed-orders",
    span: "notify_order",
    operations: ["message_formatting"],
  },
  {
    service: "analytics-service",
    topic: "notified-orders",
    span: "analyze_order",
    operations: ["data_analysis"],
  },
  {
    service: "billing-service",
    topic: "analyzed-orders",
    span: "bill_order",
    operations: ["data_transformation"],
  },
] as const;

const longNs = 1_000_000_000;
const heavyNs = 100_000_000;

export function topicOf(stage: number): string {
  return services[stage]?.topic ?? `topic-${stage}`;
}

export function serviceOf(stage: number): string {
  return services[stage]?.service ?? `service-${stage}`;
}

export function instanceOf({ stage, consumer }: SimRun): string {
  return `${serviceOf(stage)}-${consumer.split("-").at(-1)}`;
}

/** What an operation of this length says about itself. */
export function workload(ns: number): Attributes {
  const [operation, intensity] =
    ns > longNs
      ? ["extreme_cpu_computation", "severe"]
      : ns > heavyNs
        ? ["intensive_prime_computation", "heavy"]
        : ["json_processing", "light"];
  return { "workload.operation": operation, "workload.intensity": intensity, "workload.queue_ms": 0 };
}
