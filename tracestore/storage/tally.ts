import type { DatabaseSync } from "node:sqlite";

export type Tally = {
  add: (operation: number, origin: number, by: number) => void;
  /** Writes the sums and deletes rows that no span uses any more; returns whether it deleted some. */
  flush: () => boolean;
  drop: () => void;
};

/** Span counts per operation and origin, added up during a transaction and written once. */
export function createTally(db: DatabaseSync): Tally {
  const operations = new Map<number, number>();
  const origins = new Map<number, number>();
  const countOperation = db.prepare("UPDATE operations SET span_count = span_count + ? WHERE id = ?");
  const countOrigin = db.prepare("UPDATE origins SET span_count = span_count + ? WHERE id = ?");
  const dropOperation = db.prepare("DELETE FROM operations WHERE id = ? AND span_count <= 0");
  const dropOrigin = db.prepare("DELETE FROM origins WHERE id = ? AND span_count <= 0");
  const dropServices = db.prepare("DELETE FROM services WHERE id NOT IN (SELECT service FROM operations)");

  return {
    add: (operation, origin, by) => {
      operations.set(operation, (operations.get(operation) ?? 0) + by);
      origins.set(origin, (origins.get(origin) ?? 0) + by);
    },
    flush: () => {
      let deleted = 0;
      for (const [id, by] of operations) {
        if (by !== 0) countOperation.run(by, id);
        if (by <= 0) deleted += Number(dropOperation.run(id).changes);
      }
      for (const [id, by] of origins) {
        if (by !== 0) countOrigin.run(by, id);
        if (by <= 0) deleted += Number(dropOrigin.run(id).changes);
      }
      if (deleted > 0) dropServices.run();
      operations.clear();
      origins.clear();
      return deleted > 0;
    },
    drop: () => {
      operations.clear();
      origins.clear();
    },
  };
}
