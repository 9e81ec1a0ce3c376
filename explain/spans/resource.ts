import type { AttributeValue, Span } from "../span.ts";

/**
 * The attribute names of what is known about the process that recorded a span, most reliable first. Besides OpenTelemetry's resource
 * conventions: Datadog's tracers (DataDog/dd-trace-java DDTags.java; the Collector's datadogreceiver renames `process_id`) and Jaeger's
 * clients (jaegertracing/jaeger-client-go constants.go).
 */
const aliases = {
  instanceId: ["service.instance.id", "runtime-id", "client-uuid", "faas.instance"],
  pid: ["process.pid", "process_id"],
  container: ["container.id"],
  pod: ["k8s.pod.uid", "k8s.pod.name"],
  /** Of the machine, where `host` may be a name that many machines have. */
  hostId: ["host.id"],
  host: ["host.name", "_dd.hostname", "_dd.tracer_host", "hostname", "ip"],
  /** What distinguishes installations of a service: they share neither brokers nor consumer groups. */
  environment: ["deployment.environment.name", "deployment.environment", "env"],
  namespace: ["service.namespace"],
  kubernetes: ["k8s.cluster.name"],
  /** As written: Datadog's Java tracer writes `jvm`, its others and OpenTelemetry the name of the language. */
  language: ["telemetry.sdk.language", "language"],
  sdk: ["telemetry.sdk.name"],
  distro: ["telemetry.distro.name"],
} as const satisfies Record<string, readonly string[]>;

type ResourceFact = keyof typeof aliases;

/** Every attribute that `resourceFact` reads. */
export const resourceAttributes: readonly string[] = Object.values(aliases).flat();

/** A fact about the process that recorded a span; undefined where it is absent. Datadog and Zipkin write them on the spans. */
export function resourceFact(
  { resource, attributes }: Pick<Span, "resource" | "attributes">,
  fact: ResourceFact,
): string | undefined {
  for (const name of aliases[fact]) {
    const value: AttributeValue | undefined = resource?.[name] ?? attributes[name];
    if (value !== undefined && value !== "") return String(value);
  }
  return undefined;
}
