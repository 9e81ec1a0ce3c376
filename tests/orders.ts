import { expect, vi } from "vitest";
import { operationSpans } from "../shared/pipeline/stages.ts";

export type Accepted = { orderId: string; traceId: string };

/** The lightest work in every span, so that a test decides what takes time. */
export const light = Object.fromEntries(operationSpans.map((span) => [span, "json_processing"]));

/** Sends an order; returns the whole answer. */
export async function post(apiUrl: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${apiUrl}/order`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** Sends an order that must be accepted. */
export async function accept(apiUrl: string, body: object, headers: Readonly<Record<string, string>> = {}) {
  const answer = await post(apiUrl, body, headers);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 202 });
  const { orderId, traceId } = answer.body;
  return { orderId: String(orderId), traceId: String(traceId) };
}

/** Sends orders one after the other; each must be accepted. */
export async function acceptInTurn(apiUrl: string, count: number, body: (n: number) => object) {
  const orders: Accepted[] = [];
  for (let n = 0; n < count; n += 1) orders.push(await accept(apiUrl, body(n)));
  return orders;
}

export async function readOrder(apiUrl: string, orderId: string) {
  const response = await fetch(`${apiUrl}/order/${orderId}`);
  return JSON.parse(await response.text());
}

/** Waits until all of the orders have gone through all stages. */
export async function allDone(
  apiUrl: string,
  orders: readonly Accepted[],
  timeoutMs = 60_000,
): Promise<void> {
  await vi.waitFor(
    async () => {
      const states = await Promise.all(
        orders.map(async ({ orderId }) => (await readOrder(apiUrl, orderId)).status),
      );
      expect(states).toEqual(orders.map(() => "done"));
    },
    { timeout: timeoutMs, interval: 100 },
  );
}
