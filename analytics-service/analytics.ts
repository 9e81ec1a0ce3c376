import { defineStage } from "../shared/consumer/define-stage.ts";
import { topics } from "../shared/pipeline/stages.ts";

/** Analyses the order's data; the last stage. */
export const analytics = defineStage({
  name: "analytics",
  group: "analytics-service",
  from: topics.notifiedOrders,
  span: "analyze_order",
  handle: async (_order, run) => [await run("data_analysis")],
});
