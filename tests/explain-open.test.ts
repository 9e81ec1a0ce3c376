import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { explanation as explanationShape } from "../explain/explanation.ts";
import { stages } from "../shared/pipeline/stages.ts";
import { type Lab, startLab } from "./holdup.ts";

/** At this scale a severe operation runs for seconds. */
const workloadScale = "1";
const patience = { timeout: 60_000, interval: 100 };
const waiting = 4;

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ HOLDUP_WORKLOAD_SCALE: workloadScale });
});
afterAll(() => lab.stop());

const light = Object.fromEntries(
  stages.flatMap(({ operationSpans }) => operationSpans.map((span) => [span, "json_processing"])),
);

async function send(item: string, workload: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`${lab.apiUrl}/order`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ item, quantity: 1, workload }),
  });
  expect(response.status).toBe(202);
}

async function explained() {
  const { stdout } = await lab.run("explain", "--last", "2m", "--json");
  return explanationShape.parse(JSON.parse(stdout));
}

it("counts the orders that wait behind one that is being handled, and blames that one by its service's report", async () => {
  const severe = { ...light, business_logic: "extreme_cpu_computation" };
  // Two, so that explain has time to see all the others waiting.
  await send("severe 1", severe);
  await send("severe 2", severe);
  for (let n = 1; n <= waiting; n += 1) await send(`light ${n}`, light);

  const { open, window, orders } = await vi.waitFor(async () => {
    const now = await explained();
    // The spans of the last orders may come after the first ones count as waiting.
    expect(now.window).toMatchObject({ orders: 2 + waiting });
    expect(now.open.messages.filter(({ behind }) => behind).length).toBeGreaterThanOrEqual(waiting);
    return now;
  }, patience);
  const [running, ...others] = open.messages;
  expect(running).toMatchObject({ isReported: true, operation: "extreme_cpu_computation" });
  for (const { behind, waitNs } of others) {
    expect(behind).toMatchObject({ order: running?.order, runNs: expect.any(Number) });
    expect(waitNs).toBeGreaterThan(0);
  }
  const named = new Set(open.messages.map(({ order }) => order));
  expect(orders.filter(({ isUnderWay }) => isUnderWay).map(({ name }) => name)).toEqual(
    expect.arrayContaining([...named]),
  );
  expect(window.underWay).toBe(named.size);
});
