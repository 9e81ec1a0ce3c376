import { parentPort, workerData } from "node:worker_threads";
import type { RequestMessage } from "./protocol.ts";

/** Replaces main.ts: dies when asked to fetch certain traces, and reports how many spans it may keep. */
let isWatched = false;
let numbers: unknown;
parentPort?.postMessage({ pollError: undefined });
parentPort?.on("message", ({ id, name, request }: RequestMessage) => {
  if (request === "exit") process.exit();
  if (request === "throw") throw new Error("no such thing");
  if (request === "fill the memory") fill();
  if (request === "refuse") {
    const refusal = { code: "HOLDUP_TRACES_UNREADABLE", message: "Jaeger is down." };
    return parentPort?.postMessage({ id, refusal });
  }
  if (request === "never") return;
  if (name === "setWatched") isWatched = request === true;
  if (name === "restoreNumbers") numbers = request;
  if (request === "number 3") parentPort?.postMessage({ numbered: { orders: [[request, 3]], fromMs: 5 } });
  const response = new TextEncoder().encode(JSON.stringify({ ...workerData, name, isWatched, numbers }));
  parentPort?.postMessage({ id, response }, [response.buffer]);
});

function fill(): void {
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, Math.random));
}
