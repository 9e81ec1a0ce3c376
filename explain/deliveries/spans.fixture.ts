import type { Attributes, AttributeValue, Span } from "../span.ts";

/** 2026-01-01: time 0 of all test spans. */
export const epochNs = 1_767_225_600_000_000_000n;

type Made = Partial<Span> & { readonly id: string; readonly at: number; readonly for: number };

/** A span; `at` and `for` in ms. Ids may be any text. */
export function span({ id, at, for: length, ...rest }: Made): Span {
  const startNs = epochNs + BigInt(Math.round(at * 1e6));
  return {
    traceId: "t",
    spanId: id,
    name: id,
    service: "service",
    attributes: {},
    startNs,
    endNs: startNs + BigInt(Math.round(length * 1e6)),
    ...rest,
  };
}

type Message = Made & { readonly topic?: string; readonly facts?: Attributes };

export function sent({ topic = "orders", facts = {}, ...rest }: Message): Span {
  const attributes = { "messaging.system": "kafka", "messaging.destination.name": topic, ...facts };
  return span({ name: `send ${topic}`, kind: "producer", service: "producer", attributes, ...rest });
}

/** A handling on partition 0 by consumer c of group g, unless `facts` says otherwise. */
export function handled({ topic = "orders", facts = {}, ...rest }: Message): Span {
  const attributes: Attributes & { readonly "messaging.client.id": AttributeValue } = {
    "messaging.system": "kafka",
    "messaging.operation.type": "process",
    "messaging.destination.name": topic,
    "messaging.destination.partition.id": "0",
    "messaging.consumer.group.name": "g",
    "messaging.client.id": "c",
    ...facts,
  };
  // Each client is a process of its own.
  const resource = { "service.instance.id": attributes["messaging.client.id"] };
  return span({
    name: `process ${topic}`,
    kind: "consumer",
    service: "consumer",
    attributes,
    resource,
    ...rest,
  });
}

/** A receive span without messages of its own, around which batches are handled. */
export function polled({ topic = "orders", ...rest }: Message): Span {
  const attributes = {
    "messaging.system": "kafka",
    "messaging.operation.type": "receive",
    "messaging.destination.name": topic,
  };
  return span({ kind: "consumer", service: "consumer", attributes, ...rest });
}

export const offset = (value: number): Attributes => ({ "messaging.kafka.offset": `${value}` });
