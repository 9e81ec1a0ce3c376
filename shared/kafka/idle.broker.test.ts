import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** Connects a producer, idles for `idleMs`, and prints the cost: CPU in ms and timers that fired. */
const idleClient = `
  import { createRequire } from "node:module";
  import kafkajs from "kafkajs";
  const [brokers, asPublished, idleMs] = process.argv.slice(1);
  if (asPublished === "true") {
    // The method as kafkajs 2.2.4 publishes it.
    const RequestQueue = createRequire(import.meta.url)("kafkajs/src/network/requestQueue");
    RequestQueue.prototype.scheduleCheckPendingRequests = function () {
      let scheduleAt = this.throttledUntil - Date.now();
      if (!this.throttleCheckTimeoutId) {
        if (this.pending.length > 0) scheduleAt = scheduleAt > 0 ? scheduleAt : 10;
        this.throttleCheckTimeoutId = setTimeout(() => {
          this.throttleCheckTimeoutId = null;
          this.checkPendingRequests();
        }, scheduleAt);
      }
    };
  }
  const kafka = new kafkajs.Kafka({ brokers: [brokers], logLevel: 0 });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: "orders.dead", messages: [] }).catch(() => {});
  let fired = 0;
  const original = globalThis.setTimeout;
  globalThis.setTimeout = (run, ...rest) => original((...args) => { fired += 1; run(...args); }, ...rest);
  const before = process.cpuUsage();
  await new Promise((resolve) => original(resolve, Number(idleMs)));
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ cpuMs: (user + system) / 1000, fired }));
  process.exit();
`;

async function idle(asPublished: boolean, idleMs: number): Promise<{ cpuMs: number; fired: number }> {
  const args = [
    "--no-warnings",
    "--input-type=module",
    "-e",
    idleClient,
    inject("kafkaBrokers"),
    `${asPublished}`,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [...args, `${idleMs}`], { cwd: root });
  return JSON.parse(stdout);
}

describe("an idle Kafka client", () => {
  it("does not keep setting timers, unlike kafkajs as published", async () => {
    const idleMs = 2000;
    const [patched, published] = await Promise.all([idle(false, idleMs), idle(true, idleMs)]);
    // About one per millisecond and connection, compared to none.
    expect(published.fired).toBeGreaterThan(idleMs / 10);
    expect(patched.fired).toBeLessThan(5);
    expect(patched.cpuMs).toBeLessThan(published.cpuMs / 2);
  });
});
