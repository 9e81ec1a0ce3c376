import { parentPort, workerData } from "node:worker_threads";
import type { Question } from "./protocol.ts";

/** Stands in for main.ts: dies of what it is asked to fetch, and tells how many spans it may keep. */
let isWatched = false;
let numbers: unknown;
parentPort?.postMessage({ trouble: undefined });
parentPort?.on("message", ({ id, name, ask }: Question) => {
  if (ask === "exit") process.exit();
  if (ask === "throw") throw new Error("no such thing");
  if (ask === "fill the memory") fill();
  if (ask === "refuse") {
    const refusal = { code: "HOLDUP_TRACES_UNREADABLE", message: "Jaeger is away." };
    return parentPort?.postMessage({ id, refusal });
  }
  if (ask === "never") return;
  if (name === "watch") isWatched = ask === true;
  if (name === "resume") numbers = ask;
  if (ask === "number 3") parentPort?.postMessage({ numbered: { orders: [[ask, 3]], fromMs: 5 } });
  const answer = new TextEncoder().encode(JSON.stringify({ ...workerData, name, isWatched, numbers }));
  parentPort?.postMessage({ id, answer }, [answer.buffer]);
});

function fill(): void {
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, Math.random));
}
