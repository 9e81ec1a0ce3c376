import { gzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { encodeRequest } from "../../tracestore/otlp/encode.ts";
import { emptySpan, type ResourceSpans } from "../../tracestore/otlp/model.ts";
import { startSink } from "./sink.ts";

const group: ResourceSpans = {
  resource: {
    attributes: [{ key: "service.name", value: { stringValue: "billing" } }],
    droppedAttributesCount: 0,
  },
  scopeSpans: [
    {
      scope: { name: "kafka", version: "1", attributes: [], droppedAttributesCount: 0 },
      spans: [
        {
          ...emptySpan(),
          traceId: "0af7651916cd43dd8448eb211c80319c",
          spanId: "b7ad6b7169203331",
          name: "process orders",
          kind: 5,
          startTimeUnixNano: "1796074541346000001",
          endTimeUnixNano: "1796074541370174660",
          attributes: [
            { key: "messaging.kafka.offset", value: { intValue: "0" } },
            { key: "messaging.kafka.message.key", value: { stringValue: "" } },
          ],
        },
      ],
    },
  ],
};

it("writes a request as the Collector's file exporter does: hex ids, times as text, no fields with their default", async () => {
  const sink = await startSink();
  onTestFinished(() => sink.stop());
  const answer = await fetch(`${sink.url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf", "content-encoding": "gzip" },
    body: gzipSync(encodeRequest([group])),
  });
  expect(answer.status).toBe(200);
  expect(sink.lines().map((line) => JSON.parse(line))).toEqual([
    {
      resourceSpans: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "billing" } }] },
          scopeSpans: [
            {
              scope: { name: "kafka", version: "1" },
              spans: [
                {
                  traceId: "0af7651916cd43dd8448eb211c80319c",
                  spanId: "b7ad6b7169203331",
                  name: "process orders",
                  kind: 5,
                  startTimeUnixNano: "1796074541346000001",
                  endTimeUnixNano: "1796074541370174660",
                  attributes: [
                    { key: "messaging.kafka.offset", value: { intValue: "0" } },
                    { key: "messaging.kafka.message.key", value: { stringValue: "" } },
                  ],
                  status: {},
                },
              ],
            },
          ],
        },
      ],
    },
  ]);
});

it("refuses what is not OTLP", async () => {
  const sink = await startSink();
  onTestFinished(() => sink.stop());
  const answer = await fetch(`${sink.url}/v1/traces`, { method: "POST", body: "no spans" });
  expect(answer.status).toBe(400);
  expect(sink.lines()).toEqual([]);
});
