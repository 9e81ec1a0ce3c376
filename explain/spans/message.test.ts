import { describe, expect, it } from "vitest";
import { handled, sent, span } from "../deliveries/spans.fixture.ts";
import type { Attributes, Span } from "../span.ts";
import { messageOf } from "./message.ts";

const at = { at: 0, for: 1 };

function named(name: string, attributes: Attributes = {}): Span {
  return span({
    id: "a",
    ...at,
    name,
    kind: "consumer",
    attributes: { "kafka.topic": "orders", ...attributes },
  });
}

function unknownIn(one: Span): string[] {
  const unknown: string[] = [];
  messageOf(one, undefined, (operation) => unknown.push(operation));
  return unknown;
}

describe("the operation", () => {
  it("of the attribute counts, not that of the name", () => {
    expect(messageOf(named("process orders", { "messaging.operation": "receive" }))?.role).toBe("receive");
  });

  it("is read in any case, and from the first attribute whose operation is known", () => {
    expect(messageOf(named("x", { "messaging.operation": "PROCESS" }))?.role).toBe("process");
    const custom = { "messaging.operation.type": "custom", "messaging.operation.name": "poll" };
    expect(messageOf(named("x", custom))?.role).toBe("receive");
    expect(unknownIn(named("x", custom))).toEqual([]);
  });

  it("is reported when it is not known, and the span is not read", () => {
    const one = named("orders process", { "messaging.operation": "subscribe" });
    expect(messageOf(one)).toBeUndefined();
    expect(unknownIn(one)).toEqual(["subscribe"]);
    expect(unknownIn(sent({ id: "s", ...at, facts: { "messaging.operation": "Enqueue" } }))).toEqual([
      "Enqueue",
    ]);
  });

  it("is not reported when the span names no topic, or is not one of a producer or consumer", () => {
    const attributes = { "messaging.system": "kafka", "messaging.operation": "subscribe" };
    expect(unknownIn(span({ id: "a", ...at, kind: "consumer", attributes }))).toEqual([]);
    const client = { ...attributes, "messaging.destination.name": "orders" };
    expect(unknownIn(span({ id: "a", ...at, kind: "client", attributes: client }))).toEqual([]);
  });

  it.each(["settle", "ack", "nack", "commit", "complete", "abandon", "delete", "reject"])(
    "%s is known, and none of a message being handled",
    (operation) => {
      const one = named("x", { "messaging.operation.type": operation });
      expect(messageOf(one)).toBeUndefined();
      expect(unknownIn(one)).toEqual([]);
    },
  );

  it("that only one broker has is not known of another", () => {
    const subscribe = { "messaging.operation": "subscribe", "messaging.system": "gcp_pubsub" };
    expect(messageOf(named("x", subscribe))?.role).toBe("receive");
    expect(messageOf(named("x", { ...subscribe, "messaging.operation": "Subscribe" }))?.role).toBe("receive");
    expect(unknownIn(named("x", { ...subscribe, "messaging.system": "kafka" }))).toEqual(["subscribe"]);
  });
});

describe("a message's id", () => {
  const place = (facts: Attributes) => {
    const { partition, offset } = messageOf(handled({ id: "a", ...at, topic: "shop.in.2", facts })) ?? {};
    return { partition, offset };
  };
  const partition = { "messaging.destination.partition.id": "" };

  it("of the form topic.partition.offset is partition and offset", () => {
    expect(place({ ...partition, "messaging.message.id": "shop.in.2.3.41" })).toEqual({
      partition: 3,
      offset: 41,
    });
  });

  it("that is a number is the offset in Kafka, and nowhere else", () => {
    expect(place({ "messaging.message.id": "41" })).toEqual({ partition: 0, offset: 41 });
    const pubsub = { "messaging.system": "gcp_pubsub", "messaging.message.id": "41" };
    expect(place(pubsub)).toEqual({ partition: 0, offset: undefined });
  });

  it("adds only what no attribute says", () => {
    expect(place({ "messaging.message.id": "shop.in.2.3.41" })).toEqual({ partition: 0, offset: 41 });
  });

  it.each(["shop.in.3.41", "shop.in.2.41", "shop.in.2.3.4x", "shop.in.2.3.-1", "4x", "10:3:-1"])(
    "%s of another form is neither",
    (id) => {
      expect(place({ ...partition, "messaging.message.id": id })).toEqual({
        partition: undefined,
        offset: undefined,
      });
    },
  );
});

describe("the topic", () => {
  it("is the queue in an address of Amazon's", () => {
    const topic = (name: string) => messageOf(sent({ id: "s", ...at, topic: name }))?.topic;
    expect(topic("https://sqs.eu-west-1.amazonaws.com/123456789012/orders")).toBe("orders");
    expect(topic("arn:aws:sns:eu-west-1:123456789012:orders")).toBe("orders");
    expect(topic("shop.http.orders")).toBe("shop.http.orders");
  });

  it("is the routing key where the exchange is the default one", () => {
    const routingKey = { "messaging.rabbitmq.destination.routing_key": "orders-q" };
    for (const topic of ["", "amq.default", "<default>"])
      expect(messageOf(sent({ id: "s", ...at, topic, facts: routingKey }))?.topic).toBe("orders-q");
    expect(messageOf(sent({ id: "s", ...at, topic: "x", facts: routingKey }))?.topic).toBe("x");
  });
});

it("a producer's span has no queue as its group", () => {
  const attributes = { "amqp.exchange": "x", "amqp.queue": "orders-q" };
  expect(messageOf(span({ id: "a", ...at, kind: "producer", attributes }))).toMatchObject({
    topic: "x",
    group: undefined,
  });
  expect(messageOf(span({ id: "a", ...at, kind: "consumer", attributes }))?.group).toBe("orders-q");
});

it("a listener's mark on a producer's span means nothing", () => {
  const listener = { "spring.kafka.listener.id": "l", "messaging.operation": "publish" };
  expect(messageOf(sent({ id: "s", ...at, facts: listener }))).toMatchObject({
    role: "send",
    wrapsHandling: false,
  });
});

it("a mark does not turn a settlement into a handling", () => {
  const listener = { "spring.kafka.listener.id": "l", "messaging.operation": "ack" };
  expect(messageOf(named("x", listener))).toBeUndefined();
});

it("the newest of several names of a fact counts, in whatever order they are written", () => {
  const names = [
    ["kafka.offset", 3],
    ["messaging.kafka.message.offset", 2],
    ["messaging.kafka.offset", 1],
  ] as const;
  for (const order of [names, [...names].reverse()]) {
    expect(messageOf(named("x", Object.fromEntries(order)))?.offset).toBe(1);
  }
  expect(messageOf(named("x", { "messaging.kafka.offset": "", "kafka.offset": 3 }))?.offset).toBe(3);
});
