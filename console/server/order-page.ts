import { ReadError } from "../../explain/read/errors.ts";
import { HoldupError, toHoldupError } from "../../shared/errors.ts";
import type { Redis } from "../../shared/redis.ts";
import { readUsage } from "../../shared/report/read-reports.ts";
import type { OrderAnswer, OrderRow, UsageSeries } from "../api.ts";
import { type JaegerTrace, readWholeTrace } from "./jaeger-trace.ts";
import type { Picture } from "./picture.ts";

/** Load before and after an order, to compare with. */
const marginMs = 5_000;

/** Answers with everything about one order. */
export function createOrderPage(options: {
  readonly picture: Picture;
  readonly redis: Redis;
  /** Where traces are read. */
  readonly jaegerUrl: string;
  /** Where a browser finds them. */
  readonly jaegerLinkUrl: string;
  /** Brings a trace that is not kept among the kept ones; false when there is none. */
  readonly fetch: (id: string) => Promise<boolean>;
  /** Whether Jaeger has pages of its own. */
  readonly hasPages: () => Promise<boolean>;
}): (id: string) => Promise<OrderAnswer> {
  const { picture, redis, jaegerUrl, jaegerLinkUrl } = options;

  async function rowOf(id: string): Promise<OrderRow> {
    if (picture.isStale()) await picture.refresh();
    const known = picture.row(id);
    if (known) return known;
    if (await options.fetch(id)) await picture.refresh();
    const found = picture.row(id);
    if (found) return found;
    throw new HoldupError(
      "HOLDUP_ORDER_NOT_FOUND",
      `Neither order nor trace ${id} is known. Its spans come about a second after they end; wait, or check the id.`,
    );
  }

  async function usageOf(trace: JaegerTrace, fromMs: number, toMs: number): Promise<UsageSeries[]> {
    return Promise.all(
      trace.instances.map(async (instance) => {
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
    const row = await rowOf(id);
    const [finding, trace, hasPages] = await Promise.all([
      picture.finding(row),
      readWholeTrace(jaegerUrl, row.traceId).catch(refused),
      options.hasPages(),
    ]);
    const { order, originMs } = finding ?? notHandled(row);
    const fromMs = originMs + order.fromAtNs / 1e6;
    const toMs = Math.max(originMs + order.toAtNs / 1e6, ...trace.spans.map(({ endedAtMs }) => endedAtMs));
    return {
      order,
      originMs,
      deliveries: order.deliveries,
      spans: trace.spans,
      usage: await usageOf(trace, fromMs, toMs),
      jaegerUrl: hasPages ? linkTo(jaegerLinkUrl, row.traceId) : undefined,
    };
  };
}

/** Without user and password. */
function linkTo(jaegerUrl: string, traceId: string): string {
  const { origin, pathname } = new URL(jaegerUrl);
  return `${origin}${pathname.replace(/\/$/, "")}/trace/${traceId}`;
}

function notHandled(row: OrderRow) {
  const { id, name, orderId, traceId, sentence, startedAtMs } = row;
  const times = { fromAtNs: 0, toAtNs: 0, totalNs: 0, workNs: 0, waitNs: 0 };
  return { order: { id, name, orderId, traceId, sentence, ...times, deliveries: [] }, originMs: startedAtMs };
}

function refused(thrown: unknown): never {
  if (thrown instanceof ReadError) {
    throw new HoldupError("HOLDUP_TRACES_UNREADABLE", thrown.message, { cause: thrown });
  }
  throw toHoldupError(thrown);
}
