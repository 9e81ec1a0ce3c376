import type { Attributes, Span } from "../span.ts";
import { textOf } from "./attributes.ts";
import { resourceFact } from "./resource.ts";

/** What a span says about the consumer that recorded it. */
export type ConsumerIdentity = {
  /** The process, with the client id where one is recorded; undefined when the process is unknown. */
  readonly instance: string | undefined;
  /** Distinguishes consumers whose process is unknown: client id, pid or host. None of them is unique. */
  readonly place: string | undefined;
  /** Whether a client id is recorded: a process may have several clients. */
  readonly hasClient: boolean;
  /** The installation of the service, as `staging` or `shop/eu-1`; undefined when none is recorded. */
  readonly environment: string | undefined;
};

type Place = {
  readonly environment: string | undefined;
  readonly process: string | undefined;
  readonly other: string | undefined;
};

const places = new WeakMap<Attributes, Place>();

/**
 * Replicas share client ids (the name of the application in Go, `consumer-group-1` in Java), so a client id alone identifies no
 * consumer. A pid does with its host or container: in containers most processes have the pid 1.
 */
export function consumerIdentityOf(span: Span): ConsumerIdentity {
  const { process, other, environment } = placeOf(span);
  const client = textOf(span, "client");
  const hasClient = client !== undefined;
  return {
    instance: process === undefined ? undefined : joined(process, client),
    place: other === undefined ? client : joined(other, client),
    hasClient,
    environment,
  };
}

function joined(place: string, client: string | undefined): string {
  return client === undefined || client === place ? place : `${place}/${client}`;
}

/** What the resource says is the same for all its spans. Some tracers write these facts on the spans. */
function placeOf(span: Span): Place {
  const { resource } = span;
  if (!resource) return readPlace(span);
  const known = places.get(resource) ?? readPlace({ resource, attributes: {} });
  places.set(resource, known);
  return known.process === undefined ? readPlace(span) : known;
}

function readPlace(from: Pick<Span, "resource" | "attributes">): Place {
  const [pid, container] = [resourceFact(from, "pid"), resourceFact(from, "container")];
  // Names are shared by machines, and ids by what was cloned from one: either shows that two are different.
  const host =
    [resourceFact(from, "host"), resourceFact(from, "hostId")].filter(Boolean).join("/") || undefined;
  const process =
    resourceFact(from, "instanceId") ??
    resourceFact(from, "pod") ??
    (pid !== undefined && (container ?? host) !== undefined ? `${container ?? host}/${pid}` : container);
  const environment = (["environment", "namespace", "kubernetes"] as const)
    .flatMap((fact) => resourceFact(from, fact) ?? [])
    .join("/");
  return { process, other: pid ?? resourceFact(from, "host"), environment: environment || undefined };
}
