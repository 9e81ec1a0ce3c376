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
};

type Place = { readonly process: string | undefined; readonly other: string | undefined };

const places = new WeakMap<Attributes, Place>();

/**
 * Replicas share client ids (the name of the application in Go, `consumer-group-1` in Java), so a client id alone identifies no
 * consumer. A pid does with its host or container: in containers most processes have the pid 1.
 */
export function consumerIdentityOf(span: Span): ConsumerIdentity {
  const { process, other } = placeOf(span);
  const client = textOf(span, "client");
  const hasClient = client !== undefined;
  return {
    instance: process === undefined ? undefined : joined(process, client),
    place: other === undefined ? client : joined(other, client),
    hasClient,
  };
}

function joined(place: string, client: string | undefined): string {
  return client === undefined || client === place ? place : `${place}/${client}`;
}

/** The same for all spans of a resource, which readers share among them. */
function placeOf(span: Span): Place {
  const { resource } = span;
  if (!resource) return readPlace(span);
  const known = places.get(resource);
  // Some tracers write these facts on the spans.
  if (known && (known.process !== undefined || known.other !== undefined)) return known;
  const read = readPlace(span);
  places.set(resource, read);
  return read;
}

function readPlace(span: Span): Place {
  const [pid, container] = [resourceFact(span, "pid"), resourceFact(span, "container")];
  const host = resourceFact(span, "hostId") ?? resourceFact(span, "host");
  const process =
    resourceFact(span, "instanceId") ??
    resourceFact(span, "pod") ??
    (pid !== undefined && (container ?? host) !== undefined
      ? `${container ?? resourceFact(span, "host") ?? host}/${pid}`
      : container);
  return { process, other: pid ?? resourceFact(span, "host") };
}
