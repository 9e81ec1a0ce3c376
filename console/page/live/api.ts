import type { BurstProgress, OrderAnswer, SendBurst, SendOrder, SentOrder, WindowAnswer } from "../../api.ts";
import { problemOf } from "./problem.ts";

/** Made anew when the server starts; handed out in its page alone. */
let token = tokenIn(document);

function tokenIn(page: Document): string {
  return page.querySelector<HTMLMetaElement>('meta[name="holdup-token"]')?.content ?? "";
}

/** The token being renewed: what changes something waits for it. */
let renewal: Promise<void> = Promise.resolve();

/** Takes the token of a server that has started again; keeps the one it has when nobody answers. */
export function renewToken(): Promise<void> {
  renewal = takeToken().catch(() => {});
  return renewal;
}

async function takeToken(): Promise<void> {
  const response = await answered("/", { headers: { accept: "text/html" } });
  token = tokenIn(new DOMParser().parseFromString(await response.text(), "text/html"));
}

/** An answer that is a success. */
async function answered(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init);
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** The answers are those of our own server: their shapes are the contract's. */
async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  return (await (await answered(path, init)).json()) as T;
}

/** What a request needs that changes something. */
async function changing(method: "POST" | "DELETE", body?: unknown): Promise<RequestInit> {
  await renewal;
  return {
    method,
    headers: { "content-type": "application/json", "x-holdup-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** @throws ServerProblem, and TypeError when nobody answers; so do the others */
export function askWindow(fromMs: number, toMs: number, signal?: AbortSignal): Promise<WindowAnswer> {
  const query = new URLSearchParams({ fromMs: `${fromMs}`, toMs: `${toMs}` });
  return ask(`/api/window?${query}`, signal ? { signal } : {});
}

export function askOrder(id: string, signal?: AbortSignal): Promise<OrderAnswer> {
  return ask(`/api/orders/${encodeURIComponent(id)}`, signal ? { signal } : {});
}

export async function sendOrder(order: SendOrder): Promise<SentOrder> {
  return ask("/api/orders", await changing("POST", order));
}

export async function sendBurst(burst: SendBurst): Promise<BurstProgress> {
  return ask("/api/bursts", await changing("POST", burst));
}

export async function endBurst(): Promise<void> {
  await answered("/api/bursts", await changing("DELETE"));
}
