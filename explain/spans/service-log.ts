import type { Attributes, Span } from "../span.ts";
import { resourceFact } from "./resource.ts";

/** Spans of sending or consuming that were not understood. */
export type Unread = {
  readonly lack: "topic" | "operation";
  readonly scope: string | undefined;
  spans: number;
  /** The first of the operations by name. */
  example: string | undefined;
};

/** What the spans of a service say about its process, and which of them were not understood. */
export type ServiceFacts = {
  readonly language: string | undefined;
  readonly sdk: string | undefined;
  readonly distro: string | undefined;
  readonly unread: readonly Readonly<Unread>[];
};

const facts = ["language", "sdk", "distro"] as const;
type Fact = (typeof facts)[number];

type Entry = {
  readonly found: Partial<Record<Fact, string>>;
  readonly seen: WeakSet<Attributes>;
  readonly unread: Map<string, Unread>;
};

/** Collects what is known about the services that record spans of messages. The result does not depend on the order of the spans. */
export function createServiceLog() {
  const entries = new Map<string, Entry>();

  function entryOf(service: string): Entry {
    const known = entries.get(service);
    if (known) return known;
    const made = { found: {}, seen: new WeakSet<Attributes>(), unread: new Map<string, Unread>() };
    entries.set(service, made);
    return made;
  }

  return {
    /** A span of kind producer or consumer, or one of a message. */
    add(span: Span, notUnderstood?: { readonly lack: Unread["lack"]; readonly example?: string }): void {
      const entry = entryOf(span.service ?? "");
      readFacts(span, entry);
      if (!notUnderstood) return;
      const { lack, example } = notUnderstood;
      const name = JSON.stringify([lack, span.scope]);
      const unread = entry.unread.get(name) ?? { lack, scope: span.scope, spans: 0, example };
      unread.spans += 1;
      if (example !== undefined && (unread.example === undefined || example < unread.example))
        unread.example = example;
      entry.unread.set(name, unread);
    },
    finish: (): ReadonlyMap<string, ServiceFacts> =>
      new Map(
        [...entries].map(([service, { found, unread }]) => [
          service,
          {
            language: found.language,
            sdk: found.sdk,
            distro: found.distro,
            unread: [...unread].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
          },
        ]),
      ),
  };
}

/** What several readers found of the same services. */
export function joinedServices(
  all: readonly ReadonlyMap<string, ServiceFacts>[],
): ReadonlyMap<string, ServiceFacts> {
  const [first = new Map<string, ServiceFacts>(), ...rest] = all;
  const joined = new Map(first);
  for (const [service, found] of rest.flatMap((one) => [...one])) {
    const known = joined.get(service);
    joined.set(service, known ? joinedFacts(known, found) : found);
  }
  return joined;
}

function joinedFacts(a: ServiceFacts, b: ServiceFacts): ServiceFacts {
  const unread = new Map<string, Unread>();
  for (const one of [...a.unread, ...b.unread]) {
    const name = JSON.stringify([one.lack, one.scope]);
    const known = unread.get(name);
    if (!known) unread.set(name, { ...one });
    else {
      known.spans += one.spans;
      known.example = earlier(known.example, one.example);
    }
  }
  return {
    language: earlier(a.language, b.language),
    sdk: earlier(a.sdk, b.sdk),
    distro: earlier(a.distro, b.distro),
    unread: [...unread].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one),
  };
}

/** The first of two texts by name, so that the order of the readers does not matter. */
function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/** Readers share one resource among its spans, so it is read once. Some tracers write these facts on the spans. */
function readFacts(span: Span, { found, seen }: Entry): void {
  const { resource } = span;
  if (resource && seen.has(resource)) return;
  for (const fact of facts) {
    const value = resourceFact(span, fact);
    if (value === undefined) continue;
    const known = found[fact];
    if (known === undefined || value < known) found[fact] = value;
    if (resource && resource !== span.attributes) seen.add(resource);
  }
}
