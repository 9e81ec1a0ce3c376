import type { OpenMessage, OpenMessages } from "../deliveries/open-messages.ts";
import type { OpenFinding } from "../explanation.ts";

/** The findings about open messages of the selected orders, and the message of each. */
export function openFindings(
  { messages, atNs, isSingleConsumer }: OpenMessages,
  orders: ReadonlySet<string>,
  nameOf: (order: string) => string,
): { readonly findings: readonly OpenFinding[]; readonly roots: ReadonlyMap<OpenFinding, OpenMessage> } {
  const stages = Map.groupBy(messages, ({ topic, group }) => JSON.stringify([topic, group]));
  const roots = new Map<OpenFinding, OpenMessage>();
  for (const ofStage of stages.values()) {
    const running = ofStage.filter(
      ({ startedNs, endedNs }) => startedNs !== undefined && endedNs === undefined,
    );
    for (const message of ofStage) {
      if (!orders.has(message.order)) continue;
      const blocker =
        message.startedNs === undefined ? blockerOf(message, running, isSingleConsumer) : undefined;
      const { order, orderId, traceId, group, topic, partition, offset, availableNs, startedNs, endedNs } =
        message;
      const finding: OpenFinding = {
        order: nameOf(order),
        orderId,
        traceId,
        stage: group,
        topic,
        partition,
        offset,
        availableAtNs: availableNs,
        startedAtNs: startedNs,
        endedAtNs: endedNs,
        waitNs: Math.max(0, (startedNs ?? atNs) - availableNs),
        isReported: message.reported !== undefined,
        operation: message.reported?.operation,
        intensity: message.reported?.intensity,
        behind: blocker && {
          order: nameOf(blocker.message.order),
          orderId: blocker.message.orderId,
          traceId: blocker.message.traceId,
          runNs: Math.max(0, atNs - (blocker.message.startedNs ?? atNs)),
          cause: blocker.cause,
        },
      };
      roots.set(finding, message);
    }
  }
  const findings = [...roots.keys()].sort((a, b) => a.availableAtNs - b.availableAtNs);
  return { findings, roots };
}

/** What a waiting message waits for now: what runs in its partition, or on the only consumer of its group. */
function blockerOf(
  { partition, group, topic }: OpenMessage,
  running: readonly OpenMessage[],
  isSingleConsumer: OpenMessages["isSingleConsumer"],
): { readonly message: OpenMessage; readonly cause: "same-partition" | "same-consumer" } | undefined {
  const ahead = running.find((one) => partition !== undefined && one.partition === partition);
  if (ahead) return { message: ahead, cause: "same-partition" };
  const [only] = running;
  return only && running.length === 1 && isSingleConsumer(group, topic)
    ? { message: only, cause: "same-consumer" }
    : undefined;
}
