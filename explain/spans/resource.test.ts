import { expect, it } from "vitest";
import { span } from "../deliveries/spans.fixture.ts";
import type { Attributes } from "../span.ts";
import { keepsAttribute } from "./attributes.ts";
import { resourceAttributes, resourceFact } from "./resource.ts";

const of = (resource: Attributes, attributes: Attributes = {}) =>
  span({ id: "a", at: 0, for: 1, resource, attributes });

it("reads OpenTelemetry's names, as text, before those of others", () => {
  const opentelemetry = of({ "process.pid": 889, "host.name": "h", "host.id": "7", hostname: "other" });
  expect(resourceFact(opentelemetry, "pid")).toBe("889");
  expect(resourceFact(opentelemetry, "host")).toBe("h");
  expect(resourceFact(opentelemetry, "hostId")).toBe("7");
  expect(resourceFact(opentelemetry, "instanceId")).toBeUndefined();
});

it("reads what Datadog's tracers write on spans and Jaeger's clients about their process", () => {
  const datadog = of({}, { "runtime-id": "r1", process_id: 12, language: "jvm", "_dd.hostname": "" });
  expect(resourceFact(datadog, "instanceId")).toBe("r1");
  expect(resourceFact(datadog, "pid")).toBe("12");
  expect(resourceFact(datadog, "language")).toBe("jvm");
  expect(resourceFact(datadog, "host")).toBeUndefined();
  const jaeger = of({ hostname: "h", ip: "10.0.0.1", "client-uuid": "u" });
  expect(resourceFact(jaeger, "instanceId")).toBe("u");
  expect(resourceFact(jaeger, "host")).toBe("h");
});

it("readers keep every attribute that names the process", () => {
  expect(resourceAttributes.filter((name) => !keepsAttribute(name))).toEqual([]);
});
