import type { DatabaseSync } from "node:sqlite";
import { asBytes, asNumber } from "./rows.ts";
import type { Tally } from "./tally.ts";

/** Evicted traces whose late spans are still recognised and refused: half a trace would be misleading. */
const remembered = 100_000;
const chosenAtOnce = 64;

export type Eviction = {
  /** Traces up to this row id are hidden from every reader, even while their spans are being deleted. */
  through: () => number;
  /** Hides the oldest whole traces until at most `maxSpans` spans are left; returns how many it hid. */
  hide: (liveSpans: number, maxSpans: number) => { traces: number; spans: number };
  /** Spans of hidden traces that are still in the file. */
  unswept: () => number;
  /** Deletes at most `budget` spans of hidden traces. */
  sweep: (budget: number, tally: Tally) => void;
  /** Saves the state; call the returned function to restore it when the next transaction is rolled back. */
  mark: () => () => void;
};

/** Removes the oldest traces in two steps: a quick `hide`, and `sweep`, whose size the caller sets. */
export function createEviction(db: DatabaseSync): Eviction {
  const readState = db.prepare("SELECT evicted_through FROM state");
  const writeState = db.prepare("UPDATE state SET evicted_through = ?");
  const oldest = db.prepare("SELECT id, span_count FROM traces WHERE id > ? ORDER BY id LIMIT ?");
  const forgetTraces = db.prepare("DELETE FROM traces WHERE id <= ?");
  const pick = db.prepare(
    "SELECT trace, span_id FROM spans WHERE trace <= ? ORDER BY trace, span_id LIMIT 1 OFFSET ?",
  );
  const remove = db.prepare(
    "DELETE FROM spans WHERE trace <= ?1 AND (trace, span_id) <= (?2, ?3) RETURNING operation, origin",
  );
  const removeAll = db.prepare("DELETE FROM spans WHERE trace <= ? RETURNING operation, origin");

  const countHidden = db.prepare("SELECT count(*) AS n FROM spans WHERE trace <= ?");

  let through = asNumber(readState.get()?.["evicted_through"]);
  let unswept = asNumber(countHidden.get(through)?.["n"]);

  function mark(): () => void {
    const before = { through, unswept };
    return () => {
      ({ through, unswept } = before);
    };
  }

  function hide(liveSpans: number, maxSpans: number): { traces: number; spans: number } {
    const hidden = { traces: 0, spans: 0 };
    while (liveSpans - hidden.spans > maxSpans) {
      const rows = oldest.all(through, chosenAtOnce);
      if (rows.length === 0) break;
      for (const row of rows) {
        if (liveSpans - hidden.spans <= maxSpans) break;
        through = asNumber(row["id"]);
        hidden.traces += 1;
        hidden.spans += asNumber(row["span_count"]);
      }
    }
    if (hidden.traces > 0) {
      unswept += hidden.spans;
      writeState.run(through);
      forgetTraces.run(through - remembered);
    }
    return hidden;
  }

  function sweep(budget: number, tally: Tally): void {
    if (unswept === 0) return;
    const last = pick.get(through, budget - 1);
    const rows =
      last === undefined
        ? removeAll.all(through)
        : remove.all(through, asNumber(last["trace"]), asBytes(last["span_id"]));
    for (const row of rows) tally.add(asNumber(row["operation"]), asNumber(row["origin"]), -1);
    unswept -= rows.length;
  }

  return { through: () => through, unswept: () => unswept, hide, sweep, mark };
}
