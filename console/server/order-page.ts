import { HoldupError } from "../../core/errors.ts";
import type { Redis } from "../../shared/redis.ts";
import { readUsage } from "../../shared/report/read-reports.ts";
import type { OrderAnswer, UsageSeries } from "../api.ts";
import type { KeptOrder } from "./traces/protocol.ts";
import type { Traces } from "./traces/traces.ts";

/** Load before and after an order, to compare with. */
const marginMs = 5_000;

/** Answers with everything about one order. */
export function createOrderPage(options: {
  readonly traces: Pick<Traces, "ask">;
  readonly redis: Redis;
  /** The trace of an order, as the services have noted it; undefined for what is none. */
  readonly traceIdOf: (orderId: string) => Promise<string | undefined>;
  /** Where a browser finds Jaeger. */
  readonly jaegerLinkUrl: string;
  /** Whether Jaeger has pages of its own. */
  readonly hasPages: () => Promise<boolean>;
}): (id: string) => Promise<OrderAnswer> {
  const { traces, redis, jaegerLinkUrl } = options;

  async function find(id: string): Promise<KeptOrder> {
    const known = await traces.ask("order", id);
    if (known) return known;
    const traceId = isTraceId(id) ? id : await options.traceIdOf(id);
    if (traceId !== undefined && (await traces.ask("fetch", traceId))) {
      const found = await traces.ask("order", id);
      if (found) return found;
    }
    throw new HoldupError(
      "HOLDUP_ORDER_NOT_FOUND",
      `Neither order nor trace ${id} is known. Its spans come about a second after they end; wait, or check the id.`,
    );
  }

  async function usageOf(instances: readonly string[], fromMs: number, toMs: number): Promise<UsageSeries[]> {
    return Promise.all(
      instances.map(async (instance) => {
        const window = { fromMs: fromMs - marginMs, toMs: toMs + marginMs };
        // The page is worth showing without it.
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
    const [{ instances, ...found }, hasPages] = await Promise.all([find(id), options.hasPages()]);
    const { order, originMs, spans } = found;
    const fromMs = originMs + order.fromAtNs / 1e6;
    const toMs = Math.max(originMs + order.toAtNs / 1e6, ...spans.map(({ endedAtMs }) => endedAtMs));
    return {
      ...found,
      usage: await usageOf(instances, fromMs, toMs),
      jaegerUrl: hasPages ? linkTo(jaegerLinkUrl, order.traceId) : undefined,
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
