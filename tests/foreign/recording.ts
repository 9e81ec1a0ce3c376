import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";

/** What a run leaves: spans as the Collector's file exporter writes them, and the truth log of all its processes. */
export type Recording = { readonly spans: string; readonly truth: string };

/** The recorded runs that are fixtures of the tests. */
export const recordedDir = join(import.meta.dirname, "recorded");

export function filesOf(dir: string, name: string) {
  return { spans: join(dir, `${name}.jsonl.gz`), truth: join(dir, `${name}.truth.jsonl.gz`) };
}

export function writeRecording(dir: string, name: string, { spans, truth }: Recording): void {
  const files = filesOf(dir, name);
  mkdirSync(dir, { recursive: true });
  writeFileSync(files.spans, gzipSync(spans, { level: 9 }));
  writeFileSync(files.truth, gzipSync(truth, { level: 9 }));
}

const hashes = z.record(z.string(), z.string());
const hashFile = (dir: string) => join(dir, "advice.json");

export function hashOf(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}

/** By run: hash of the advice that its program followed when it was recorded. */
export function recordedAdvice(dir: string): Readonly<Record<string, string>> {
  return existsSync(hashFile(dir)) ? hashes.parse(JSON.parse(readFileSync(hashFile(dir), "utf8"))) : {};
}

export function writeAdvice(dir: string, name: string, code: string): void {
  const all = { ...recordedAdvice(dir), [name]: hashOf(code) };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(hashFile(dir), `${JSON.stringify(sorted, null, 2)}\n`);
}

export function readTruthLog(dir: string, name: string): string {
  return gunzipSync(readFileSync(filesOf(dir, name).truth)).toString();
}

/** Names of the runs that are recorded in a folder. */
export function recordedNames(dir: string): string[] {
  return readdirSync(dir).flatMap((file) => /^(.*)(?<!\.truth)\.jsonl\.gz$/.exec(file)?.[1] ?? []);
}
