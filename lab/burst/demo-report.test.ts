import { describe, expect, it } from "vitest";
import { demoPlan } from "./demo-plan.ts";
import { type DemoOrder, demoLines } from "./demo-report.ts";
import { planOrders } from "./order-plan.ts";

const links = { apiUrl: "http://127.0.0.1:8080", jaegerUrl: "http://127.0.0.1:16686" };

/** Order 1 passes; 2 runs for 20 s; those behind it start when it ends; 10 was refused. */
const orders: DemoOrder[] = planOrders(demoPlan, (_, index) => index).map((plan): DemoOrder => {
  const { number, intendedMs } = plan;
  const common = { plan, sentMs: intendedMs, answeredMs: intendedMs + 10, facts: { operations: [] } };
  if (number === 10) return { ...common, state: "failed", reason: "503 Kafka", stages: {} };
  const startedMs = number <= 2 ? intendedMs + 20 : 20_520 + number * 10;
  const endedMs = number === 2 ? 20_520 : startedMs + 10;
  return {
    ...common,
    state: "analysed",
    orderId: `id-${number}`,
    traceId: `${number}`.repeat(32),
    stages: {
      processing: { startedMs, endedMs },
      notification: { startedMs: endedMs + 5, endedMs: endedMs + 10 },
      analytics: { startedMs: endedMs + 15, endedMs: endedMs + 20 },
    },
    facts: {
      partition: number === 2 ? 2 : 0,
      operations:
        number === 2 ? [{ span: "business_logic", operation: "extreme_cpu_computation", ms: 19_900 }] : [],
      ...(number === 3 && { blockedBy: { orderId: "id-2", ms: 19_000 } }),
    },
  };
});

describe("demoLines", () => {
  it("shows the blocking in 80 columns: who ran, who waited, behind whom, and what to do next", () => {
    expect(demoLines(orders, 22_000, 80, links).join("\n")).toMatchInlineSnapshot(`
      " #  item        part.  accept  waited    total  0 s                       20.6 s
       1  product-1       0   10 ms   20 ms    50 ms  P
       2  product-2       2   10 ms   20 ms   20.0 s  PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP
       3  product-3       0   10 ms  19.6 s   19.6 s   ..............................P
       4  product-4       0   10 ms  19.1 s   19.1 s    .............................P
       5  product-5       0   10 ms  18.6 s   18.6 s     ............................P
       6  product-6       0   10 ms  18.1 s   18.1 s     ............................P
       7  product-7       0   10 ms  17.6 s   17.6 s      ...........................P
       8  product-8       0   10 ms  17.1 s   17.1 s       ..........................P
       9  product-9       0   10 ms  16.6 s   16.6 s        .........................P
      10  product-10      -   10 ms    0 ms  refused        a

      a accepting   . waiting   P processing   N notification   A analytics

      Order 2 drew extreme_cpu_computation (19.9 s in business_logic): processing had
      it for 20.0 s.
      Meanwhile 7 other orders waited for processing, 126 s taken together.
      Order 3 waited longest: 19.5 s for processing, 19.0 s of it behind order 2.

      Trace of order 2:
        http://127.0.0.1:16686/trace/22222222222222222222222222222222
      Trace of order 3, which waited:
        http://127.0.0.1:16686/trace/33333333333333333333333333333333
      Go on with:
        ./holdup logs --order id-3
        curl -s http://127.0.0.1:8080/order/id-3
        ./holdup burst --help
        ./holdup stop"
    `);
  });

  it.each([60, 50, 40])("keeps the table within %i columns", (columns) => {
    const lines = demoLines(orders, 22_000, columns, links);
    const end = lines.findIndex((line) => line.startsWith("Trace of"));
    expect(Math.max(...lines.slice(0, end).map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.some((line) => /P{10}/.test(line))).toBe(true);
  });

  it("says nothing of partitions, work and causes when the traces cannot be read", () => {
    const bare = orders.map((order) => ({ ...order, facts: { operations: [] } }));
    const text = demoLines(bare, 22_000, 80, links).join("\n");
    expect(text).toContain("Order 2 drew severe CPU work: processing had it for 20.0 s.");
    expect(text).toContain("Order 3 waited longest: 19.5 s for processing.\n");
  });

  it("says so when the lab had other work before the first order", () => {
    const late = orders.slice(2, 9);
    const text = demoLines(late, 22_000, 80, links).join("\n");
    expect(text).toContain("Every order waited at least 16.6 s for processing");
    expect(demoLines(orders, 22_000, 80, links).join("\n")).not.toContain("Every order");
  });
});
