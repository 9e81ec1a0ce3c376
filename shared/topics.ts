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

export const serviceNames = [
  "api-service",
  "processing-service",
  "notification-service",
  "analytics-service",
] as const;
export type ServiceName = (typeof serviceNames)[number];
