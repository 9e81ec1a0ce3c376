import { describe, expect, it } from "vitest";
import { handled, offset, sent, span } from "../../explain/deliveries/spans.fixture.ts";
import { explain } from "../../explain/explain.ts";
import type { Explanation } from "../../explain/explanation.ts";
import { stageNames } from "../../shared/pipeline/stages.ts";
import type { OrderRecord } from "../../traffic/ledger.ts";
import { planOrders } from "../../traffic/order-plan.ts";
import { demoPlan } from "./demo-plan.ts";
import { demoTable, nextLines } from "./demo-report.ts";

const links = { apiUrl: "http://127.0.0.1:8080", jaegerUrl: "http://127.0.0.1:16686" };

/** The later stages take 20 ms in all, half of it waiting. */
function laterStages(fromMs: number): OrderRecord["stages"] {
  const later = stageNames.filter((name) => name !== "processing");
  const stepMs = 10 / later.length;
  return Object.fromEntries(
    later.map((name, n) => [
      name,
      { startedMs: fromMs + (2 * n + 1) * stepMs, endedMs: fromMs + (2 * n + 2) * stepMs },
    ]),
  );
}

/** Order 1 passes; 2 runs for 20 s; the orders behind it start when it ends; 10 was refused. */
const orders = planOrders(demoPlan, (_, index) => index).map((plan): OrderRecord => {
  const { number, intendedMs } = plan;
  const common = { plan, sentMs: intendedMs, answeredMs: intendedMs + 10 };
  if (number === 10) return { ...common, state: "failed", reason: "503 Kafka", stages: {} };
  const startedMs = number <= 2 ? intendedMs + 20 : 20_520 + number * 10;
  const endedMs = number === 2 ? 20_520 : startedMs + 10;
  return {
    ...common,
    state: "analysed",
    orderId: `id-${number}`,
    traceId: `${number}`.repeat(32),
    stages: { processing: { startedMs, endedMs }, ...laterStages(endedMs) },
  };
});

/** The explanation of their spans of processing. */
function explained(operation = "extreme_cpu_computation"): Explanation {
  const names = new Map(orders.map(({ orderId = "", plan }) => [orderId, `order ${plan.number}`]));
  const spans = orders.flatMap(({ orderId, stages: { processing }, plan: { number }, sentMs = 0 }) => {
    const { startedMs, endedMs } = processing ?? {};
    if (orderId === undefined || startedMs === undefined || endedMs === undefined) return [];
    const common = { traceId: orderId, for: endedMs - startedMs, at: startedMs };
    const facts = { ...offset(number), "holdup.order.id": orderId };
    const attributes = { "workload.operation": operation };
    return [
      sent({ id: "s", traceId: orderId, at: sentMs, for: 0 }),
      handled({ id: "p", parentSpanId: "s", facts, ...common }),
      ...(number === 2 ? [span({ id: "business_logic", parentSpanId: "p", attributes, ...common })] : []),
    ];
  });
  return explain(spans, { names });
}

describe("the table of the demo", () => {
  it("shows each order's times and what held it up most, in 80 columns", () => {
    expect(demoTable(orders, 22_000, explained(), 80).join("\n")).toMatchInlineSnapshot(`
      " #  item         waited    total  held up most by
       1  product-1   20.0 ms  50.0 ms
       2  product-2   20.0 ms   20.0 s
       3  product-3    19.6 s   19.6 s  order 2, 19.5 s (extreme_cpu_computation)
       4  product-4    19.1 s   19.1 s  order 2, 19.0 s (extreme_cpu_computation)
       5  product-5    18.6 s   18.6 s  order 2, 18.5 s (extreme_cpu_computation)
       6  product-6    18.1 s   18.1 s  order 2, 18.0 s (extreme_cpu_computation)
       7  product-7    17.6 s   17.6 s  order 2, 17.5 s (extreme_cpu_computation)
       8  product-8    17.1 s   17.1 s  order 2, 17.0 s (extreme_cpu_computation)
       9  product-9    16.6 s   16.6 s  order 2, 16.5 s (extreme_cpu_computation)
      10  product-10     0 ms  refused"
    `);
  });

  it.each([60, 50, 40])("fits %i columns", (columns) => {
    const lines = demoTable(orders, 22_000, explained(), columns);
    expect(lines).toHaveLength(11);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it("escapes names from spans", () => {
    const text = demoTable(orders, 22_000, explained("\u001b[2J\n\u202e"), 80).join("");
    expect(text).toContain("(\\u001b[2J\\u000a\\u202e)");
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("shows what the API reports when the traces cannot be read", () => {
    const lines = demoTable(orders, 22_000, undefined, 80);
    expect(lines[3]?.trimEnd()).toBe(" 3  product-3       -  10.0 ms   19.6 s   19.6 s");
  });
});

it("lists what to look at next: the severe order, and the one that waited longest", () => {
  const consoleUrl = "http://127.0.0.1:8090";
  expect(nextLines(orders, 22_000, { ...links, consoleUrl }).join("\n")).toMatchInlineSnapshot(`
    "See the blocking in the console:
      http://127.0.0.1:8090
    Trace of order 2:
      http://127.0.0.1:16686/trace/22222222222222222222222222222222
    Trace of order 3, which waited longest:
      http://127.0.0.1:16686/trace/33333333333333333333333333333333
    Next:
      ./holdup explain --trace 33333333333333333333333333333333
      ./holdup logs --order id-3
      curl -s http://127.0.0.1:8080/order/id-3
      ./holdup burst --help
      ./holdup stop"
  `);
});
