import type { Deliveries, FetchedOnly } from "../deliveries/deliveries.ts";
import { type Lack, type LackFinding, lacks, type ServiceFinding } from "../service-finding.ts";
import type { MessageFacts } from "../spans/message.ts";
import type { ServiceFacts } from "../spans/service-log.ts";
import type { TraceTable } from "../spans/trace-table.ts";
import { compareText } from "../waits/run.ts";
import { lacksOf } from "./missing.ts";

type Counts = { sent: number; received: number; handled: number };
type LackCount = { spans: number; readonly topics: Set<string>; readonly example?: string | undefined };

/** What is counted for a library of a service. */
type Library = {
  readonly scope: string | undefined;
  readonly topics: Map<string, Counts>;
  readonly lacks: Map<Lack, LackCount>;
  /** Messages that were handled. */
  messages: number;
};

type Service = Map<string | undefined, Library>;

const countedAs: Readonly<Record<MessageFacts["role"], keyof Counts>> = {
  send: "sent",
  receive: "received",
  process: "handled",
};

/** The services that send, fetch or handle messages, with their libraries and what their spans lack. By name. */
export function servicesOf(
  { traces, services: facts }: TraceTable,
  { deliveries, fetchedOnly }: Pick<Deliveries, "deliveries" | "fetchedOnly">,
): ServiceFinding[] {
  const services = new Map<string, Service>();
  function libraryOf(service: string, scope: string | undefined): Library {
    const ofService: Service = services.get(service) ?? new Map();
    services.set(service, ofService);
    const library: Library = ofService.get(scope) ?? {
      scope,
      topics: new Map(),
      lacks: new Map(),
      messages: 0,
    };
    ofService.set(scope, library);
    return library;
  }

  for (const { rows } of traces.values()) {
    for (const { message, service, scope } of rows) {
      if (!message) continue;
      const { topics } = libraryOf(service, scope);
      const counts = topics.get(message.topic) ?? { sent: 0, received: 0, handled: 0 };
      topics.set(message.topic, counts);
      counts[countedAs[message.role]] += 1;
    }
  }
  for (const delivery of deliveries) {
    const library = libraryOf(delivery.service, delivery.run.scope);
    library.messages += 1;
    for (const lack of lacksOf(delivery)) count(library, lack, 1, delivery.topic);
  }
  addFetchedOnly(services, fetchedOnly);
  for (const [service, { unread }] of facts) {
    for (const { lack, scope, spans, example } of unread) {
      const library = libraryOf(service, scope);
      // Libraries name no topic on spans of empty polls.
      if (lack === "operation" || library.topics.size === 0) {
        library.lacks.set(lack, { spans, topics: new Set(), example });
      }
    }
  }
  return [...services]
    .sort(([a], [b]) => compareText(a, b))
    .map(([service, libraries]) => findingOf(service, [...libraries.values()], facts.get(service)));
}

function count({ lacks }: Library, lack: Lack, spans: number, topic: string): void {
  const known = lacks.get(lack) ?? { spans: 0, topics: new Set<string>() };
  known.spans += spans;
  known.topics.add(topic);
  lacks.set(lack, known);
}

function addFetchedOnly(services: ReadonlyMap<string, Service>, fetchedOnly: readonly FetchedOnly[]): void {
  for (const { topic, service } of fetchedOnly) {
    for (const library of services.get(service)?.values() ?? []) {
      const received = library.topics.get(topic)?.received ?? 0;
      if (received > 0) count(library, "handling", received, topic);
    }
  }
}

function findingOf(
  service: string,
  libraries: readonly Library[],
  facts: ServiceFacts | undefined,
): ServiceFinding {
  const sorted = libraries.toSorted((a, b) => compareText(a.scope ?? "", b.scope ?? ""));
  const topics = new Map<string, Counts>();
  for (const [topic, counts] of sorted.flatMap((library) => [...library.topics])) {
    const known = topics.get(topic);
    topics.set(topic, known ? sum([known, counts]) : counts);
  }
  return {
    service,
    ...(facts?.language !== undefined && { language: facts.language }),
    ...(facts?.sdk !== undefined && { sdk: facts.sdk }),
    ...(facts?.distro !== undefined && { distro: facts.distro }),
    libraries: sorted.map((library) => ({ ...scopeOf(library), ...sum([...library.topics.values()]) })),
    topics: [...topics]
      .sort(([a], [b]) => compareText(a, b))
      .map(([topic, counts]) => ({ topic, ...counts })),
    lacks: lacks.flatMap((what) => sorted.flatMap((library) => lackOf(library, what))),
  };
}

function lackOf(library: Library, what: Lack): LackFinding[] {
  const lack = library.lacks.get(what);
  if (!lack) return [];
  const { spans, topics, example } = lack;
  return [
    {
      what,
      ...scopeOf(library),
      topics: [...topics].sort(compareText),
      spans,
      of: ofAll(library, what, spans),
      ...(example !== undefined && { example }),
    },
  ];
}

function ofAll({ topics, messages }: Library, what: Lack, spans: number): number {
  if (what === "handling") return sum([...topics.values()]).received;
  if (what !== "topic" && what !== "operation") return messages;
  const { sent, received, handled } = sum([...topics.values()]);
  return sent + received + handled + spans;
}

function scopeOf({ scope }: Library): { readonly scope?: string } {
  return scope === undefined ? {} : { scope };
}

function sum(counts: readonly Counts[]): Counts {
  const total = { sent: 0, received: 0, handled: 0 };
  for (const { sent, received, handled } of counts) {
    total.sent += sent;
    total.received += received;
    total.handled += handled;
  }
  return total;
}
