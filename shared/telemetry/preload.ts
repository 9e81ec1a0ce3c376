/**
 * Registers tracing before anything else loads: `node --import ./shared/telemetry/preload.ts <service>/main.ts`.
 *
 * Spans are sent in batches over OTLP/HTTP as protobuf. The exporter and the batch processor read the standard variables
 * (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_BSP_*); OTEL_SDK_DISABLED=true turns tracing off.
 */
import { CompositePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { ExpressInstrumentation, ExpressLayerType } from "@opentelemetry/instrumentation-express";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { KafkaJsInstrumentation } from "@opentelemetry/instrumentation-kafkajs";
import { envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { ATTR_SERVICE_NAME } from "@opentelemetry/semantic-conventions";
import { register } from "import-in-the-middle/register-hooks.mjs";
import { settledWithin } from "../../core/deadline.ts";
import { boundedBaggage } from "./bounded-baggage.ts";

// Synchronous loader hooks: `module.register` would start a loader thread, 50 MB and a second for each service.
register({ include: ["kafkajs", "express", "http", "node:http"] });

// Spans reach the trace store within a second, and those of a burst fit while the store is busy.
process.env["OTEL_BSP_SCHEDULE_DELAY"] ??= "1000";
process.env["OTEL_BSP_MAX_QUEUE_SIZE"] ??= "16384";

const probes = new Set(["/healthz", "/readyz"]);

const sdk = new NodeSDK({
  resource: resourceFromAttributes({
    [ATTR_SERVICE_NAME]: process.env["OTEL_SERVICE_NAME"] ?? "holdup",
    "service.instance.id": process.env["HOLDUP_INSTANCE"] ?? `${process.pid}`,
    "process.pid": process.pid,
  }),
  // OTEL_RESOURCE_ATTRIBUTES; the other detectors repeat these attributes or describe the machine.
  resourceDetectors: [envDetector],
  textMapPropagator: new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), boundedBaggage()],
  }),
  traceExporter: new OTLPTraceExporter(),
  metricReaders: [],
  logRecordProcessors: [],
  instrumentations: [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: (request) => probes.has(request.url ?? ""),
      disableOutgoingRequestInstrumentation: true,
    }),
    new ExpressInstrumentation({
      ignoreLayersType: [
        ExpressLayerType.MIDDLEWARE,
        ExpressLayerType.ROUTER,
        ExpressLayerType.REQUEST_HANDLER,
      ],
    }),
    new KafkaJsInstrumentation(),
  ],
});
sdk.start();

/** Sends the buffered spans and ends the export; gives up after `timeoutMs` when no receiver accepts them. */
export async function stopTelemetry(timeoutMs = 3000): Promise<void> {
  await settledWithin(sdk.shutdown(), timeoutMs, { ref: true });
}
