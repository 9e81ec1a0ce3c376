import { appendFileSync } from "node:fs";

/** What the runner passes; see tests/foreign/run-pipeline.ts. */
function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

export const brokers = given("PIPELINE_BROKERS");
export const sessionMs = Number(given("PIPELINE_SESSION_MS"));
export const inTopic = `${given("PIPELINE_RUN")}.in`;
export const outTopic = `${given("PIPELINE_RUN")}.out`;
export const consumerNumber = given("PIPELINE_CONSUMER");
export const variant = given("PIPELINE_VARIANT");

/** One event of the truth log; times in seconds since 1970. */
export function log(event: Readonly<Record<string, unknown>>): void {
  appendFileSync(given("PIPELINE_TRUTH"), `${JSON.stringify(event)}\n`);
}

export function now(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}

/** `id:atMs:key:workMs`, separated by commas. */
export function orders() {
  return given("PIPELINE_ORDERS")
    .split(",")
    .map((order) => {
      const [id, atMs, key = "", workMs] = order.split(":");
      return { id: Number(id), atMs: Number(atMs), key, workMs: Number(workMs) };
    });
}

/** A message's value is `id:workMs`. */
export function readValue(value: Buffer | null): { id: number; workMs: number } {
  const [id, workMs] = String(value).split(":");
  return { id: Number(id), workMs: Number(workMs) };
}
