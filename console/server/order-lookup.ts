import { HoldupError } from "../../core/errors.ts";
import type { Redis } from "../../shared/redis.ts";
import { readUsage } from "../../shared/report/read-reports.ts";
import type { OrderAnswer, UsageSeries } from "../api.ts";
import type { KeptOrder } from "./traces/protocol.ts";
import type { Traces } from "./traces/traces.ts";

/** CPU and memory are shown from before to after an order, to compare with. */
const marginMs = 5_000;
const jaegerTimeoutMs = 2_000;

/**
 * Finds everything about one order, by its id or its trace id.
 *
 * @throws HoldupError HOLDUP_ORDER_NOT_FOUND, HOLDUP_TRACES_UNREADABLE
 */
export function createOrderLookup(options: {
  readonly traces: Pick<Traces, "request">;
  readonly redis: Redis;
  /** The trace id that the services stored for an order; undefined for an unknown order. */
  readonly traceIdOf: (orderId: string) => Promise<string | undefined>;
  readonly jaegerUrl: string;
  /** Jaeger's address for a browser. */
  readonly jaegerLinkUrl: string;
}): (id: string) => Promise<OrderAnswer> {
  const { traces, redis, jaegerUrl, jaegerLinkUrl } = options;

  async function find(id: string): Promise<KeptOrder> {
    const known = await traces.request("order", id);
    if (known) return known;
    const traceId = isTraceId(id) ? id : await options.traceIdOf(id);
    if (traceId !== undefined && (await traces.request("fetchTrace", traceId))) {
      const found = await traces.request("order", id);
      if (found) return found;
    }
    throw new HoldupError(
      "HOLDUP_ORDER_NOT_FOUND",
      `There is no order or trace ${id}. Spans arrive about a second after they end: wait, or check the id.`,
    );
  }

  async function usageOf(instances: readonly string[], fromMs: number, toMs: number): Promise<UsageSeries[]> {
    return Promise.all(
      instances.map(async (instance) => {
        const window = { fromMs: fromMs - marginMs, toMs: toMs + marginMs };
        // The answer is useful without it.
        const samples = await readUsage(redis, instance, window).catch(() => []);
        return {
          instance,
          atMs: samples.map(({ atMs }) => atMs),
          cpuPercent: samples.map(({ cpuPercent }) => cpuPercent),
          memoryMb: samples.map(({ memoryMb }) => memoryMb),
        };
      }),
    );
  }

  return async (id) => {
    const [{ instances, ...found }, canLink] = await Promise.all([find(id), hasUserInterface(jaegerUrl)]);
    const { order, originMs, spans } = found;
    const fromMs = originMs + order.fromAtNs / 1e6;
    const toMs = Math.max(originMs + order.toAtNs / 1e6, ...spans.map(({ endedAtMs }) => endedAtMs));
    return {
      ...found,
      usage: await usageOf(instances, fromMs, toMs),
      jaegerUrl: canLink ? linkTo(jaegerLinkUrl, order.traceId) : undefined,
    };
  };
}

function isTraceId(id: string): boolean {
  return /^[0-9a-f]{1,32}$/i.test(id);
}

/** Without user and password. */
function linkTo(jaegerUrl: string, traceId: string): string {
  const { origin, pathname } = new URL(jaegerUrl);
  return `${origin}${pathname.replace(/\/$/, "")}/trace/${traceId}`;
}

/** Jaeger has a user interface; the embedded trace store has none and redirects to the console. */
async function hasUserInterface(jaegerUrl: string): Promise<boolean> {
  try {
    const { origin, pathname } = new URL(jaegerUrl);
    const answer = await fetch(`${origin}${pathname}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(jaegerTimeoutMs),
    });
    await answer.body?.cancel();
    return answer.status === 200 && (answer.headers.get("content-type") ?? "").includes("text/html");
  } catch {
    return false;
  }
}
