import type { BurstProgress, OrderAnswer, SendBurst, SendOrder, SentOrder, WindowAnswer } from "../../api.ts";
import { problemOf } from "./problem.ts";

/** Made anew when the server starts; handed out in its page alone. */
let token = tokenIn(document);

function tokenIn(page: Document): string {
  return page.querySelector<HTMLMetaElement>('meta[name="holdup-token"]')?.content ?? "";
}

/** Takes the token of a server that has started again. */
export async function renewToken(): Promise<void> {
  const response = await fetch("/", { headers: { accept: "text/html" } });
  if (!response.ok) throw await problemOf(response);
  token = tokenIn(new DOMParser().parseFromString(await response.text(), "text/html"));
}

/** The answers are those of our own server: their shapes are the contract's. */
async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, init);
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

function change<T>(method: "POST" | "DELETE", path: string, body?: unknown): Promise<T> {
  return ask(path, {
    method,
    headers: { "content-type": "application/json", "x-holdup-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** @throws ServerProblem, and TypeError when nobody answers; so do the others */
export function askWindow(fromMs: number, toMs: number, signal?: AbortSignal): Promise<WindowAnswer> {
  const query = new URLSearchParams({ fromMs: `${fromMs}`, toMs: `${toMs}` });
  return ask(`/api/window?${query}`, signal ? { signal } : {});
}

export function askOrder(id: string, signal?: AbortSignal): Promise<OrderAnswer> {
  return ask(`/api/orders/${encodeURIComponent(id)}`, signal ? { signal } : {});
}

export function sendOrder(order: SendOrder): Promise<SentOrder> {
  return change("POST", "/api/orders", order);
}

export function sendBurst(burst: SendBurst): Promise<BurstProgress> {
  return change("POST", "/api/bursts", burst);
}

export async function endBurst(): Promise<void> {
  const response = await fetch("/api/bursts", {
    method: "DELETE",
    headers: { "x-holdup-token": token, "content-type": "application/json" },
  });
  if (!response.ok) throw await problemOf(response);
}
