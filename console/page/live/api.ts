import type { BurstProgress, OrderAnswer, SendBurst, SendOrder, SentOrder, WindowAnswer } from "../../api.ts";
import { problemOf } from "./problem.ts";

/** The server creates it at every start and sends it only in its page. */
let token = tokenIn(document);

function tokenIn(page: Document): string {
  return page.querySelector<HTMLMetaElement>('meta[name="holdup-token"]')?.content ?? "";
}

/** Requests that change something wait for the renewal of the token. */
let renewal: Promise<void> = Promise.resolve();

/** Reads the token of a restarted server; keeps the old one when the server does not answer. */
export function renewToken(): Promise<void> {
  renewal = readToken().catch(() => {});
  return renewal;
}

async function readToken(): Promise<void> {
  const response = await request("/", { headers: { accept: "text/html" } });
  token = tokenIn(new DOMParser().parseFromString(await response.text(), "text/html"));
}

/** @throws ServerProblem for an error response, TypeError when the server does not answer */
async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init);
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** The answer comes from our own server: its type is that of the contract. */
async function requestJson<T>(path: string, init: RequestInit = {}): Promise<T> {
  return (await (await request(path, init)).json()) as T;
}

/** A request that changes something. */
async function changing(method: "POST" | "DELETE", body?: unknown): Promise<RequestInit> {
  await renewal;
  return {
    method,
    headers: { "content-type": "application/json", "x-holdup-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

export function readWindow(fromMs: number, toMs: number, signal?: AbortSignal): Promise<WindowAnswer> {
  const query = new URLSearchParams({ fromMs: `${fromMs}`, toMs: `${toMs}` });
  return requestJson(`/api/window?${query}`, signal ? { signal } : {});
}

export function readOrder(id: string, signal?: AbortSignal): Promise<OrderAnswer> {
  return requestJson(`/api/orders/${encodeURIComponent(id)}`, signal ? { signal } : {});
}

export async function sendOrder(order: SendOrder): Promise<SentOrder> {
  return requestJson("/api/orders", await changing("POST", order));
}

export async function sendBurst(burst: SendBurst): Promise<BurstProgress> {
  return requestJson("/api/bursts", await changing("POST", burst));
}

export async function endBurst(): Promise<void> {
  await request("/api/bursts", await changing("DELETE"));
}
