import { createServer } from "node:http";
import { join } from "node:path";
import { ReadError } from "../../explain/read/errors.ts";
import { type JaegerQuery, readJaeger } from "../../explain/read/read-jaeger.ts";
import type { Span } from "../../explain/span.ts";
import { HoldupError, toHoldupError } from "../../shared/errors.ts";
import { closeServer, listen } from "../../shared/http/probes.ts";
import type { TopicWatch } from "../../shared/kafka/watch-topics.ts";
import { createOrderStore } from "../../shared/order-store.ts";
import { createRedis } from "../../shared/redis.ts";
import type { Service, ServiceContext } from "../../shared/run-service.ts";
import { createBudget } from "./budget.ts";
import { createBursts } from "./bursts.ts";
import { createToken } from "./guard.ts";
import { hasPages } from "./has-pages.ts";
import { createLive } from "./live.ts";
import { OrderNames } from "./names.ts";
import { createOrderPage } from "./order-page.ts";
import { createPicture } from "./picture.ts";
import { createPipelineLook } from "./pipeline.ts";
import { createRoutes } from "./routes.ts";
import { createSendOrder } from "./send-order.ts";
import { startSpanPoll } from "./span-poll.ts";
import { createSpanStore, keeps } from "./span-store.ts";
import { createWatch } from "./watch.ts";

const historyMs = 15 * 60_000;
const maxSpans = 200_000;
/** For so long Jaeger may be silent. */
const tracesWithinMs = 10_000;
/** Orders that may have held up one that is older than what is kept. */
const surroundingsMs = 30_000;
const pageDir = join(import.meta.dirname, "..", "..", ".holdup", "console");

/** The console: the page, and what it shows. */
export async function startConsole({ config, log }: ServiceContext): Promise<Service> {
  const { jaegerUrl } = config;
  const redis = createRedis(config.redisUrl);
  const orders = createOrderStore({ url: config.redisUrl, ttlS: config.orderTtlS });
  let topicWatch: TopicWatch | undefined;
  const store = createSpanStore({ maxSpans, longestMs: historyMs });
  const budget = createBudget();
  let tracesTrouble: string | undefined;

  async function read(query: JaegerQuery, take: (spans: Span[]) => void): Promise<void> {
    for await (const spans of readJaeger(jaegerUrl, query, () => {}, { keeps, timeoutMs: tracesWithinMs }))
      take(spans);
  }

  /** Loaded when a page looks: a console that nobody looks at does without the 15 MB. */
  async function watchTopics(): Promise<TopicWatch> {
    const { createKafka } = await import("../../shared/kafka/client.ts");
    const { createTopicWatch } = await import("../../shared/kafka/watch-topics.ts");
    topicWatch = createTopicWatch(
      createKafka({ brokers: config.kafkaBrokers, clientId: config.instance, log }),
    );
    return topicWatch;
  }

  const live = createLive({
    onWatched(isWatched) {
      watch.watch(isWatched);
      if (isWatched) poll.wake();
    },
    greeting() {
      const burst = bursts.last();
      return [...watch.greeting(), ...(burst ? [{ event: "burst", data: burst } as const] : [])];
    },
  });
  const poll = startSpanPoll({
    read,
    take: (spans) => void store.add(spans),
    isWatched: () => live.isWatched(),
    onOutcome(thrown) {
      store.evict(Date.now());
      const trouble = thrown === undefined ? undefined : toHoldupError(thrown).message;
      if (trouble !== undefined && tracesTrouble === undefined) log.warn({ err: thrown }, "no spans");
      tracesTrouble = trouble;
    },
    historyMs,
  });
  const picture = createPicture({
    store,
    names: new OrderNames(maxSpans),
    budget,
    runningStages: (orderId) => watch.runningStages(orderId),
    coveredFromMs: poll.coveredFromMs,
  });
  const pipeline = createPipelineLook({
    redis,
    watchTopics,
    tracesTrouble: () => (tracesTrouble === undefined ? undefined : { what: "Traces", help: tracesTrouble }),
  });
  const watch = createWatch({ ...pipeline, picture, budget, send: live.send });

  /** Brings a trace that is not kept among the kept ones, until the next look; false when there is none. */
  async function fetchTrace(id: string): Promise<boolean> {
    const record = /^[0-9a-f]{1,32}$/i.test(id) ? undefined : await orders.read(id);
    const traceId = record?.traceId ?? id;
    let isNew = false;
    try {
      await read({ traceId, surroundingsMs }, (spans) => {
        isNew = store.add(spans) || isNew;
      });
    } catch (thrown) {
      const code = thrown instanceof ReadError ? thrown.code : undefined;
      if (code === "HOLDUP_TRACE_NOT_FOUND" || code === "HOLDUP_JAEGER_QUERY_INVALID") return false;
      throw new HoldupError("HOLDUP_TRACES_UNREADABLE", toHoldupError(thrown).message, { cause: thrown });
    }
    return isNew;
  }

  const orderApi = createSendOrder(config.apiUrl);
  const bursts = createBursts({
    apiUrl: config.apiUrl,
    tell: (progress) => live.send({ event: "burst", data: progress }),
    log,
  });
  const app = createRoutes({
    token: createToken(),
    ownNames: [new URL(config.consoleUrl).hostname],
    pageDir,
    historyMs,
    checks: {},
    async window(window) {
      await watch.now();
      return picture.window(window);
    },
    order: createOrderPage({
      picture,
      redis,
      jaegerUrl,
      jaegerLinkUrl: config.jaegerLinkUrl,
      fetch: fetchTrace,
      hasPages: () => hasPages(jaegerUrl),
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
      watch.watch(false);
      await poll.stop();
      await topicWatch?.close();
      await orders.stop();
      await redis.quit().catch(() => redis.disconnect());
    },
  };
}
