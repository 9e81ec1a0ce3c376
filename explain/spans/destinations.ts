import type { Named } from "./names.ts";

/** How clients of RabbitMQ write the exchange without a name, for which the routing key is the queue. */
export const defaultExchanges: ReadonlySet<string> = new Set(["amq.default", "<default>"]);

/** The queue or topic in an address of Amazon's, as in a queue's URL or a topic's ARN; anything else unchanged. */
export function topicInAddress(topic: string): string {
  if (/^https?:\/\//.test(topic)) return topic.replace(/\/+$/, "").replace(/^.*\//, "") || topic;
  return topic.startsWith("arn:") ? topic.replace(/^.*:/, "") : topic;
}

/**
 * RabbitMQ's queue of a consumer: in exchange:routing_key:queue, or in the name of a span (`queue process`) whose destination is
 * the exchange.
 */
export function queueOf(topic: string, named: Named | undefined): string | undefined {
  const [, , queue] = topic.split(":");
  if (queue !== undefined) return queue;
  return named?.verbIsLast && named.topic !== topic ? named.topic : undefined;
}

/**
 * The names under which a producer may know the destination that a consumer calls `topic`, this one first. Consumers of RabbitMQ
 * add the routing key and the queue to the exchange, consumers of Pulsar a partition, and Google's names have a long and a short form.
 */
export function namesOfTopic(topic: string): readonly string[] {
  const parts = topic.split(":");
  const shorter = [
    ...parts.map((_, n) => parts.slice(0, parts.length - n).join(":")),
    topic.replace(/-partition-\d+$/, ""),
    topic.replace(/^projects\/[^/]+\/(topics|subscriptions)\//, ""),
  ];
  return [...new Set([topic, ...shorter])];
}
