import type { Delivery, SpanRun } from "../deliveries/delivery.ts";
import type { PlacedBar } from "../drawing.ts";
import type {
  BlockerFinding,
  DeliveryFinding,
  DeliveryRef,
  SegmentFinding,
  WaitFinding,
  WorkFinding,
} from "../explanation.ts";
import { maxOf } from "../extremes.ts";
import type { Work } from "../spans/trace.ts";
import type { Wait } from "../waits/wait.ts";
import type { Blocker } from "./blocker-costs.ts";
import { blockerName } from "./blocker-names.ts";
import type { Explained } from "./explained.ts";

type Offsets = Pick<DeliveryRef, "offset" | "lastOffset">;

/** For a batch, from its first to its last message; there may be gaps in between. */
function offsetsOf({ offset }: Delivery, run: SpanRun): Offsets {
  if (run.messages === 1 || run.offset === undefined) return { offset };
  const offsets = run.deliveries.flatMap((one) => one.offset ?? []);
  return { offset: run.offset, lastOffset: run.lastOffset ?? maxOf([run.offset, ...offsets]) };
}

/** Turns deliveries and blockers into findings; `nameOf` gives the name of an order by its id. */
export function createDeliveryFindings(nameOf: (order: string) => string, maxSegments: number) {
  function ref(
    delivery: Delivery,
    run: SpanRun,
    offsets: Offsets = { offset: delivery.offset },
  ): DeliveryRef {
    const { topic, partition, orderId, group } = delivery;
    const [longest] = run.work;
    return {
      order: nameOf(delivery.order),
      orderId,
      traceId: run.traceId,
      spanId: run.spanId,
      stage: group,
      topic,
      partition,
      ...offsets,
      work: longest && workFinding(longest),
      messages: run.messages,
    };
  }

  /** Cached, because a run is named in every wait that it caused. */
  const refs = new Map<SpanRun, DeliveryRef>();

  function refOfRun(run: SpanRun): DeliveryRef | undefined {
    const [delivery] = run.deliveries;
    const found = refs.get(run) ?? (delivery && ref(delivery, run, offsetsOf(delivery, run)));
    if (found) refs.set(run, found);
    return found;
  }

  function waitFinding(wait: Wait<SpanRun>): WaitFinding {
    const { ns, byCause, likelyNs, behind, blockers } = wait;
    return {
      ns,
      byCause,
      likelyNs,
      behind,
      blockers: blockers.flatMap(({ run, ns: cost, cause }) => {
        const blocker = refOfRun(run);
        return blocker ? [{ ...blocker, ns: cost, cause }] : [];
      }),
      segments: segmentsOf(wait, maxSegments),
    };
  }

  return {
    /** `order 3 (partition 2, offset 32)` */
    nameOfRun(run: SpanRun): string {
      const named = refOfRun(run);
      return named ? blockerName(named, "") : "a message";
    },

    /** The delivery as the lanes show it. */
    bar({ delivery }: Explained): PlacedBar {
      const { order, run, group, topic, partition, availableNs } = delivery;
      const [longest] = run.work;
      return {
        stage: group,
        topic,
        partition,
        bar: {
          order: nameOf(order),
          traceId: run.traceId,
          spanId: run.spanId,
          availableAtNs: availableNs,
          startedAtNs: run.startNs,
          endedAtNs: run.endNs,
          work: longest && workFinding(longest),
        },
      };
    },

    blocker({ delivery, run, cost }: Blocker): BlockerFinding {
      return { ...ref(delivery, run, offsetsOf(delivery, run)), runNs: run.endNs - run.startNs, cost };
    },

    delivery({ delivery, wait, cost }: Explained): DeliveryFinding {
      const { run, key, published, availableNs, attempts } = delivery;
      return {
        ...ref(delivery, run),
        key,
        consumer: run.consumerName,
        publishNs: published && published.toNs - published.fromNs,
        availableAtNs: availableNs,
        startedAtNs: run.startNs,
        endedAtNs: run.endNs,
        failed: run.failed,
        attempts: attempts.length,
        wait: wait && waitFinding(wait),
        run: {
          ns: run.endNs - run.startNs,
          work: run.work.map(workFinding),
          queueNs: run.work.reduce((sum, { queueNs }) => sum + queueNs, 0),
          retryNs: run.retryNs,
        },
        cost,
      };
    },
  };
}

function segmentsOf(wait: Wait<SpanRun>, maxSegments: number): SegmentFinding[] | undefined {
  // Each blocker is at least one segment, so most waits with too many need not be cut.
  if (wait.behind > maxSegments) return undefined;
  const segments = wait.segments();
  if (segments.length > maxSegments) return undefined;
  return segments.map(({ cause, fromNs, toNs, proven, blockers }) => ({
    cause,
    fromAtNs: fromNs,
    toAtNs: toNs,
    proven,
    evidence: blockers.map(({ traceId, spanId }) => ({ traceId, spanId })),
  }));
}

function workFinding({ name, operation, intensity, ns, cpuNs, memoryBytes }: Work): WorkFinding {
  return { name, operation, intensity, ns, cpuNs, memoryBytes };
}
