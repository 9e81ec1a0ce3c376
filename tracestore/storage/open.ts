import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type ErrorCode, HoldupError, messageOf } from "../../core/errors.ts";
import { asNumber } from "./rows.ts";
import { applicationId, migrations, schema, schemaVersion } from "./schema.ts";

const pageBytes = 8_192;
const cacheKib = 16_000;
/** Time for a stopping predecessor to release the file. */
const lockWaitMs = 2_000;

/**
 * Opens or creates the database. WAL with synchronous=NORMAL: a commit survives a crash of the process; a power cut may lose
 * the last commits but leaves the file consistent. The lock is exclusive, so there is only one writer and
 * no shared-memory file. Throws HOLDUP_TRACES_FILE_*.
 */
export function openDatabase(file: string, waitMs: number = lockWaitMs): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    db = new DatabaseSync(file, { timeout: waitMs });
    prepare(db, file);
    return db;
  } catch (error) {
    db?.close();
    throw fileError(file, error);
  }
}

function prepare(db: DatabaseSync, file: string): void {
  db.exec(
    `PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = ${pageBytes}; PRAGMA cache_size = -${cacheKib}`,
  );
  // Lock before reading: the first read decides whether the file is ours.
  db.exec("BEGIN IMMEDIATE; COMMIT");
  const owner = pragma(db, "application_id");
  const version = pragma(db, "user_version");
  const tables = asNumber(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
  if (tables > 0 && owner !== applicationId) {
    throw new HoldupError(
      "HOLDUP_TRACES_FILE_FOREIGN",
      `${file} is a SQLite database of another program. Set HOLDUP_TRACES_FILE to a file of its own.`,
    );
  }
  const migration = tables > 0 ? migrations[version] : undefined;
  if (tables > 0 && version !== schemaVersion && migration === undefined) {
    throw new HoldupError(
      "HOLDUP_TRACES_FILE_FOREIGN",
      `${file} has trace format ${version}, this version needs ${schemaVersion}. Delete the file or set HOLDUP_TRACES_FILE to another.`,
    );
  }
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  if (tables === 0) db.exec(`BEGIN; ${schema}; COMMIT`);
  if (migration !== undefined) db.exec(`BEGIN; ${migration}; COMMIT`);
}

function pragma(db: DatabaseSync, name: string): number {
  return asNumber(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** SQLite's primary result code, the low byte of the extended one (sqlite.org/rescode.html). */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

const busy = [5, 6];
const corrupt = [11, 26];

/** Turns an error of SQLite into one that says how to fix the file. */
export function fileError(file: string, error: unknown): HoldupError {
  if (error instanceof HoldupError) return error;
  const code = sqliteCode(error) ?? -1;
  const say = (name: ErrorCode, message: string) => new HoldupError(name, message, { cause: error });
  if (busy.includes(code)) {
    return say(
      "HOLDUP_TRACES_FILE_LOCKED",
      `${file} is in use by another process. Stop the other trace store, or set HOLDUP_TRACES_FILE to another file.`,
    );
  }
  if (corrupt.includes(code)) {
    return say(
      "HOLDUP_TRACES_FILE_CORRUPT",
      `${file} is damaged or not a SQLite database (${messageOf(error)}). Move it away; a new one is created at the next start.`,
    );
  }
  return say(
    "HOLDUP_TRACES_FILE_UNUSABLE",
    `${file} cannot be opened (${messageOf(error)}). Check that the folder exists and is writable, or set HOLDUP_TRACES_FILE.`,
  );
}
