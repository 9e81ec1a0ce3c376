export const topics = {
  orders: "orders",
  processedOrders: "processed-orders",
  notifiedOrders: "notified-orders",
} as const;

/** Where messages of a topic go that no retry can help: same key, same value, and the error in the headers. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dead`;
}

export const stageNames = ["processing", "notification", "analytics"] as const;
export type StageName = (typeof stageNames)[number];

/** Who reads what: each consuming service is a group of its own name. */
export const consumers = [
  { stage: "processing", topic: topics.orders, group: "processing-service" },
  { stage: "notification", topic: topics.processedOrders, group: "notification-service" },
  { stage: "analytics", topic: topics.notifiedOrders, group: "analytics-service" },
] as const satisfies readonly { stage: StageName; topic: string; group: string }[];

export const serviceNames = [
  "api-service",
  "processing-service",
  "notification-service",
  "analytics-service",
] as const;
export type ServiceName = (typeof serviceNames)[number];
