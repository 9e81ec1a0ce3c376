import { describe, expect, it } from "vitest";
import { span } from "../deliveries/spans.fixture.ts";
import type { Attributes } from "../span.ts";
import { consumerIdentityOf } from "./consumer-identity.ts";

const of = (resource: Attributes, attributes: Attributes = {}) =>
  consumerIdentityOf(span({ id: "a", at: 0, for: 1, resource, attributes }));

describe("the process of a consumer is known", () => {
  it("by its instance id, or by its pid with container or host", () => {
    expect(of({ "service.instance.id": "w-1", "process.pid": 1, "host.name": "h" }).instance).toBe("w-1");
    expect(of({ "process.pid": 7, "host.name": "h" }).instance).toBe("h/7");
    expect(of({ "process.pid": 1, "container.id": "c" }).instance).toBe("c/1");
    expect(of({ "faas.instance": "2026/log" }).instance).toBe("2026/log");
  });

  it("by id and name of its host: either may be that of many", () => {
    const onHost = (id: string, name: string) =>
      of({ "host.id": id, "host.name": name, "process.pid": 1 }).instance;
    expect(onHost("id1", "localhost")).not.toBe(onHost("id2", "localhost"));
    expect(onHost("id1", "pod-1")).not.toBe(onHost("id1", "pod-2"));
  });

  it("not by a pid, a host or a client id alone", () => {
    for (const resource of [{ "process.pid": 7 }, { "host.name": "h" }, {}]) {
      expect(of(resource, { "messaging.client.id": "c" }).instance).toBeUndefined();
    }
  });

  it("by what is on each span, where spans share a resource that does not say it", () => {
    const resource = { "host.name": "h" };
    expect(of(resource, { "runtime-id": "A" }).instance).toBe("A");
    expect(of(resource, { "runtime-id": "B" }).instance).toBe("B");
  });
});

it("the installation of a service is its environment, namespace and cluster", () => {
  expect(of({ "deployment.environment.name": "prod", "service.namespace": "shop" }).environment).toBe(
    "prod/shop",
  );
  expect(of({ "host.name": "h" }).environment).toBeUndefined();
});
