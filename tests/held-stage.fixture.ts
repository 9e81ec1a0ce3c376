/**
 * A stage whose handler holds each order until it is released: it sends `{ holding: orderId }` and waits for
 * `{ release: orderId }`. Arguments: topic and group. Settings: those of a service.
 */
import { once } from "node:events";
import { z } from "zod";
import { runStage } from "../shared/consumer/run-stage.ts";
import { readConfig } from "../shared/settings.ts";
import { createLogger } from "../shared/telemetry/log.ts";
import { stopTelemetry } from "../shared/telemetry/preload.ts";

const [topic = "", group = ""] = process.argv.slice(2);
const config = readConfig(process.env);
const log = createLogger({ service: group, instance: config.instance, level: "error" });
const releases = new EventTarget();
const command = z.object({ release: z.string() });
process.on("message", (message) => releases.dispatchEvent(new Event(command.parse(message).release)));

const stage = await runStage(
  {
    name: "processing",
    group,
    topic,
    span: "process_order",
    operationSpans: ["data_transformation", "business_logic"],
  },
  {
    config,
    log,
    onFatal: (error) => {
      throw error;
    },
    async runOperation(span, { orderId, workload }) {
      const operation = workload?.[span] ?? "json_processing";
      const result = {
        span,
        type: "cpu_heavy",
        intensity: "light",
        operation,
        items: 1,
        checksum: "",
      } as const;
      if (span === "data_transformation") return { ...result, runMs: 0 };
      const begunMs = performance.now();
      const released = once(releases, orderId);
      process.send?.({ holding: orderId });
      await released;
      return { ...result, runMs: performance.now() - begunMs };
    },
  },
);
await once(process, "SIGTERM");
await stage.stop();
await stopTelemetry();
process.exit();
