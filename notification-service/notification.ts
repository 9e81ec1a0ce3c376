import { defineStage } from "../shared/stage/define-stage.ts";
import { topics } from "../shared/topics.ts";

/** Formats the message to the customer: mostly I/O. */
export const notification = defineStage({
  name: "notification",
  group: "notification-service",
  from: topics.processedOrders,
  to: topics.notifiedOrders,
  span: "notify_order",
  handle: async (_order, run) => [await run("message_formatting")],
});
