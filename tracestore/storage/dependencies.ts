import type { DatabaseSync } from "node:sqlite";
import type { Eviction } from "./evict.ts";
import { nextTurn } from "./next-turn.ts";
import { asNumber, asText } from "./rows.ts";

type Dependency = {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
};
export type Dependencies = (startUs: number, endUs: number) => Promise<Dependency[]>;

const tracesAtOnce = 256;

/**
 * Counts the calls between services: one for each span whose parent, in the same trace, belongs to another service. When several
 * spans share the parent's id, the one of the same service is the parent. Covers
 * the traces that started between the two times, both included.
 */
export function createDependencies(db: DatabaseSync, eviction: Eviction): Dependencies {
  const lastOfPage = db.prepare(
    "SELECT max(id) AS last FROM (SELECT id FROM traces WHERE id > ? ORDER BY id LIMIT ?)",
  );
  const calls = db.prepare(
    `SELECT parent.service AS parent, child.service AS child, count(*) AS calls
       FROM traces t
       CROSS JOIN spans child ON child.trace = t.id
       CROSS JOIN spans parent ON parent.trace = t.id AND parent.span_id = child.parent_id
      WHERE t.id > ?1 AND t.id <= ?2 AND t.start_us BETWEEN ?3 AND ?4 AND parent.service <> child.service
        AND NOT EXISTS (
          SELECT 1 FROM spans own
           WHERE own.trace = t.id AND own.span_id = child.parent_id AND own.service = child.service
        )
      GROUP BY parent.service, child.service`,
  );
  const names = db.prepare("SELECT id, name FROM services");

  return async function dependencies(startUs, endUs) {
    const counts = new Map<string, { parent: number; child: number; calls: number }>();
    let after = eviction.through();
    for (;;) {
      const last = lastOfPage.get(after, tracesAtOnce)?.["last"];
      if (typeof last !== "number") break;
      for (const row of calls.all(after, last, startUs, endUs)) {
        const parent = asNumber(row["parent"]);
        const child = asNumber(row["child"]);
        const key = `${parent} ${child}`;
        const before = counts.get(key)?.calls ?? 0;
        counts.set(key, { parent, child, calls: before + asNumber(row["calls"]) });
      }
      after = Math.max(last, eviction.through());
      await nextTurn();
    }
    const nameOf = new Map(names.all().map((row) => [asNumber(row["id"]), asText(row["name"])]));
    return [...counts.values()]
      .map(({ parent, child, calls: callCount }) => ({
        parent: nameOf.get(parent) ?? "",
        child: nameOf.get(child) ?? "",
        callCount,
      }))
      .filter(({ parent, child }) => parent !== "" && child !== "")
      .sort((a, b) => compare(a.parent, b.parent) || compare(a.child, b.child));
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
