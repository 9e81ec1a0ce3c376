import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { pino } from "pino";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { listen } from "../http/server.ts";
import { createKafka } from "./client.ts";
import { createPublisher } from "./publisher.ts";

const log = pino({ level: "silent" });

async function publisherTo(brokers: string[]) {
  const publisher = await createPublisher(createKafka({ brokers, clientId: "test", log }));
  onTestFinished(() => publisher.stop());
  return publisher;
}

describe("a publisher", () => {
  it("returns partition and offset of the message", async () => {
    const publisher = await publisherTo([inject("kafkaBrokers")]);
    const message = { topic: "orders.dead", key: "k", value: "v" };
    const first = await publisher.publish(message);
    const second = await publisher.publish(message);
    expect(first.partition).toBe(0);
    expect(Number(second.offset)).toBe(Number(first.offset) + 1);
  });

  it("reports Kafka as unreachable when nothing listens", async () => {
    const publisher = await publisherTo(["127.0.0.1:1"]);
    const failed = publisher.publish({ topic: "orders", key: "k", value: "v" });
    await expect(failed).rejects.toMatchObject({ code: "HOLDUP_KAFKA_UNREACHABLE", retriable: true });
  });

  it("gives up at its deadline when what listens is not a broker", async () => {
    const mute = createServer();
    mute.on("connection", (socket) => onTestFinished(() => void socket.destroy()));
    const port = await listen(mute, 0, "127.0.0.1");
    onTestFinished(() => void mute.close());
    const publisher = await publisherTo([`127.0.0.1:${port}`]);
    const failed = publisher.publish({ topic: "orders", key: "k", value: "v" }, 300);
    await expect(failed).rejects.toMatchObject({ code: "HOLDUP_KAFKA_UNREACHABLE" });
  });

  it("reports a message over the broker's limit as rejected", async () => {
    const publisher = await publisherTo([inject("kafkaBrokers")]);
    const failed = publisher.publish({ topic: "orders.dead", key: "k", value: Buffer.alloc(3_000_000) });
    await expect(failed).rejects.toMatchObject({ code: "HOLDUP_KAFKA_REJECTED", retriable: false });
  });

  it("does not create topics", async () => {
    const publisher = await publisherTo([inject("kafkaBrokers")]);
    const failed = publisher.publish({ topic: `missing-${randomUUID()}`, key: "k", value: "v" });
    await expect(failed).rejects.toMatchObject({ code: "HOLDUP_KAFKA_UNREACHABLE" });
  });
});
