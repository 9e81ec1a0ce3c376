import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { IncomingGroup } from "../otlp/incoming.ts";
import { asNumber } from "./rows.ts";

/** Unbounded span names must not grow the process; the database still has every name. */
const cachedNames = 10_000;

export type Intern = {
  service: (name: string) => number;
  operation: (service: number, name: string, kind: number) => number;
  origin: (service: number, group: IncomingGroup) => number;
  forget: () => void;
};

/**
 * Row ids of what spans share: service, operation (service, name, kind), and origin (resource and scope). Call
 * `forget` when a transaction was rolled back that may have created some, or when rows were deleted.
 */
export function createIntern(db: DatabaseSync): Intern {
  const caches = {
    service: new Map<string, number>(),
    operation: new Map<string, number>(),
    origin: new Map<string, number>(),
  };
  // The no-op update makes RETURNING work for existing rows too.
  const findService = db.prepare(
    "INSERT INTO services(name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id",
  );
  const findOperation = db.prepare(
    "INSERT INTO operations(service, name, kind, span_count) VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET kind = kind RETURNING id",
  );
  const findOrigin = db.prepare(
    "INSERT INTO origins(fingerprint, service, resource, scope, span_count) VALUES (?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET service = service RETURNING id",
  );

  function remember(cache: Map<string, number>, key: string, find: () => number): number {
    const known = cache.get(key);
    if (known !== undefined) return known;
    if (cache.size >= cachedNames) cache.clear();
    const id = find();
    cache.set(key, id);
    return id;
  }

  return {
    service: (name) => remember(caches.service, name, () => asNumber(findService.get(name)?.["id"])),
    operation: (service, name, kind) =>
      remember(caches.operation, `${service} ${kind} ${name}`, () =>
        asNumber(findOperation.get(service, name, kind)?.["id"]),
      ),
    origin: (service, group) => {
      const fingerprint = fingerprintOf(group);
      return remember(caches.origin, fingerprint, () =>
        asNumber(findOrigin.get(fingerprint, service, group.resource, group.scope)?.["id"]),
      );
    },
    forget: () => {
      for (const cache of Object.values(caches)) cache.clear();
    },
  };
}

function fingerprintOf(group: IncomingGroup): string {
  const length = `${group.resource.length}:`;
  return hash("sha256", Buffer.concat([Buffer.from(length), group.resource, group.scope]), "base64");
}
