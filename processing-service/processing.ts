import { defineStage } from "../shared/consumer/define-stage.ts";
import { topics } from "../shared/pipeline/stages.ts";

/** Transforms the order's data, then applies the business rules: the pipeline's heaviest stage. */
export const processing = defineStage({
  name: "processing",
  group: "processing-service",
  from: topics.orders,
  to: topics.processedOrders,
  span: "process_order",
  handle: async (_order, run) => [await run("data_transformation"), await run("business_logic")],
});
