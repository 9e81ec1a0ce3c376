/** The one-shot of Compose: waits for Kafka and Jaeger's query API, creates the missing topics, and exits. */
import { setTimeout as delay } from "node:timers/promises";
import { toHoldupError } from "../../core/errors.ts";
import { waitForKafka } from "../../shared/kafka/admin.ts";
import { createKafka } from "../../shared/kafka/client.ts";
import { ensureTopics } from "../../shared/kafka/topics.ts";
import { topics } from "../../shared/pipeline/stages.ts";
import { readConfig } from "../../shared/settings.ts";
import { createLogger } from "../../shared/telemetry/log.ts";

const withinMs = 90_000;

/** A health check is impossible: Jaeger's image guarantees no program for it. */
async function waitForJaeger(url: string): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await fetch(`${url}/api/services`, { signal: AbortSignal.timeout(2000) }).catch(() => {});
    if (answer?.ok) return;
    if (Date.now() > deadline)
      throw new Error(`Jaeger did not answer at ${url} within ${withinMs / 1000} s.`);
    await delay(200);
  }
}

try {
  const config = readConfig(process.env);
  const log = createLogger({ service: "topics", instance: "topics", level: config.logLevel });
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: "topics", log });
  await Promise.all([waitForKafka(kafka, { timeoutMs: withinMs }), waitForJaeger(config.jaegerUrl)]);
  await ensureTopics(kafka, config.partitions);
  log.info({ topics, partitions: config.partitions }, "topics ready");
  process.exit(0);
} catch (thrown) {
  console.error(toHoldupError(thrown).message);
  process.exit(1);
}
