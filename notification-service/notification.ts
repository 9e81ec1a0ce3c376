import { defineStage } from "../shared/consumer/define-stage.ts";
import { topics } from "../shared/pipeline/stages.ts";

/** Formats the message to the customer: mostly I/O. */
export const notification = defineStage({
  name: "notification",
  group: "notification-service",
  from: topics.processedOrders,
  to: topics.notifiedOrders,
  span: "notify_order",
  handle: async (_order, run) => [await run("message_formatting")],
});
