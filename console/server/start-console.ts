import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { join } from "node:path";
import { closeServer, listen } from "../../shared/http/server.ts";
import type { OffsetReader } from "../../shared/kafka/offsets.ts";
import { createOrderStore } from "../../shared/pipeline/order-store.ts";
import { createRedis } from "../../shared/redis.ts";
import type { Service, ServiceContext } from "../../shared/service/run-service.ts";
import { createBursts } from "./bursts.ts";
import { createToken } from "./guard.ts";
import { createLive } from "./live.ts";
import { createLivePoll } from "./live-poll.ts";
import { createOrderLookup } from "./order-lookup.ts";
import { createOrderNumbers } from "./order-numbers.ts";
import { createPipelineReader } from "./pipeline-state.ts";
import { createRoutes } from "./routes.ts";
import { createSendOrder } from "./send-order.ts";
import type { Running } from "./traces/protocol.ts";
import { createTraces } from "./traces/traces.ts";

const historyMs = 15 * 60_000;
const maxSpans = 200_000;
const pageDir = join(import.meta.dirname, "..", "..", ".holdup", "console");

/** Starts the console: its page and API. */
export async function startConsole({ config, log }: ServiceContext): Promise<Service> {
  const { jaegerUrl } = config;
  const redis = createRedis(config.redisUrl);
  const orders = createOrderStore({ url: config.redisUrl, ttlS: config.orderTtlS });
  let topicWatch: OffsetReader | undefined;
  const numbers = createOrderNumbers(redis);
  const traces = createTraces({ settings: { jaegerUrl, historyMs, maxSpans }, numbers, log });

  /** Loaded when the first page opens: until then the console saves 15 MB. */
  async function watchTopics(): Promise<OffsetReader> {
    const { createKafka } = await import("../../shared/kafka/client.ts");
    const { createOffsetReader } = await import("../../shared/kafka/offsets.ts");
    topicWatch = createOffsetReader(
      createKafka({ brokers: config.kafkaBrokers, clientId: config.instance, log }),
    );
    return topicWatch;
  }

  const boot = randomUUID();
  const live = createLive({
    onWatched(isWatched) {
      poll.setWatched(isWatched);
      void traces.setWatched(isWatched);
    },
    firstEvents() {
      const burst = bursts.last();
      return [
        { event: "server", data: { boot } },
        ...poll.lastEvents(),
        ...(burst ? [{ event: "burst", data: burst } as const] : []),
      ];
    },
  });
  const pipeline = createPipelineReader({
    redis,
    watchTopics,
    tracesProblem() {
      const message = traces.problem();
      return message === undefined ? undefined : { component: "Traces", message };
    },
  });
  const poll = createLivePoll({ ...pipeline, sendChanges, send: live.send });

  async function sendChanges(running: Running): Promise<void> {
    try {
      const json = await traces.request("changes", running);
      if (json) live.sendJson("deliveries", json);
    } catch (thrown) {
      // Known problems have been logged.
      if (traces.problem() === undefined) log.warn({ err: thrown }, "cannot explain the traces");
    }
  }

  const orderApi = createSendOrder(config.apiUrl);
  const bursts = createBursts({
    apiUrl: config.apiUrl,
    onProgress: (progress) => live.send({ event: "burst", data: progress }),
    log,
  });
  const app = createRoutes({
    token: createToken(),
    ownNames: [new URL(config.consoleUrl).hostname],
    pageDir,
    historyMs,
    checks: {},
    window: async (window) => traces.request("window", { ...window, running: await poll.running() }),
    order: createOrderLookup({
      traces,
      redis,
      traceIdOf: async (orderId) => (await orders.read(orderId))?.traceId,
      jaegerUrl,
      jaegerLinkUrl: config.jaegerLinkUrl,
    }),
    join: live.join,
    sendOrder: orderApi.send,
    startBurst: bursts.start,
    endBurst: bursts.end,
    log,
  });
  const server = createServer(app);
  const port = await listen(server, config.consolePort, config.host);
  return {
    port,
    async stop() {
      await bursts.stop();
      live.stop();
      orderApi.stop();
      await closeServer(server);
      poll.setWatched(false);
      await numbers.stop();
      await traces.stop();
      await topicWatch?.close();
      await orders.stop();
      await redis.quit().catch(() => redis.disconnect());
    },
  };
}
