import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { IncomingGroup } from "../otlp/incoming.ts";
import { createDependencies, type Dependencies } from "./dependencies.ts";
import { createEviction } from "./evict.ts";
import { createIntern } from "./intern.ts";
import { nextTurn } from "./next-turn.ts";
import { fileError, openDatabase } from "./open.ts";
import { createReader, type Reader } from "./read.ts";
import { createSearch, type Search } from "./search.ts";
import { type Counts, createWriter, type Written } from "./write.ts";

export type StorageOptions = {
  readonly file: string;
  readonly maxSpans: number;
};

export type Storage = Omit<Reader, "serviceId" | "operationIds" | "originsOf"> & {
  /** Throws HOLDUP_TRACES_WRITE_FAILED and stores nothing of the request. */
  readonly write: (groups: readonly IncomingGroup[]) => Written;
  readonly search: Search;
  readonly dependencies: Dependencies;
  /** `unsweptSpans` are evicted and invisible, but still in the file. */
  readonly counts: () => Counts & { unsweptSpans: number; bytes: number };
  readonly close: () => void;
};

/**
 * The span database: one file, one writer, and a cap on spans, kept by evicting whole traces, oldest first. Throws
 * HOLDUP_TRACES_FILE_*.
 */
export function createStorage({ file, maxSpans }: StorageOptions): Storage {
  const db = openDatabase(file);
  try {
    return assemble(db, { file, maxSpans });
  } catch (error) {
    db.close();
    throw fileError(file, error);
  }
}

function assemble(db: DatabaseSync, { file, maxSpans }: StorageOptions): Storage {
  const eviction = createEviction(db);
  const reader = createReader(db, eviction);
  const writer = createWriter(db, createIntern(db), eviction, maxSpans);
  const hasWork = () => eviction.unswept() > 0 || writer.counts().spans > maxSpans;
  let isSweeping = false;
  sweepInBackground();

  /** Deletes the spans of hidden traces between other work, in small steps. */
  function sweepInBackground(): void {
    if (isSweeping) return;
    isSweeping = true;
    void (async () => {
      await nextTurn();
      try {
        while (db.isOpen && hasWork()) {
          writer.sweep();
          await nextTurn();
        }
      } catch {
        // The next write will fail the same way and report it to its sender.
      } finally {
        isSweeping = false;
      }
    })();
  }

  return {
    ...reader,
    write: (groups) => {
      const written = writer.write(groups);
      if (hasWork()) sweepInBackground();
      return written;
    },
    search: createSearch(db, reader, eviction),
    dependencies: createDependencies(db, eviction),
    counts: () => ({
      ...writer.counts(),
      unsweptSpans: eviction.unswept(),
      bytes: sizeOf(file) + sizeOf(`${file}-wal`),
    }),
    close: () => {
      if (!db.isOpen) return;
      // Moves the write-ahead log into the file, so that the file alone is the whole store.
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      db.close();
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
