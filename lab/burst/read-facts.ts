import { systemClock } from "./clock.ts";
import type { DemoOrder } from "./demo-report.ts";
import type { OrderRecord } from "./ledger.ts";
import { readTraceFacts, type TraceFacts } from "./trace-facts.ts";

const pauseMs = 500;
/** Spans leave a service up to five seconds after they ended. */
const patienceMs = 8000;

/** The orders with what their traces say; waits a few seconds for traces that are still on their way. */
export async function addFacts(
  records: readonly OrderRecord[],
  jaegerUrl: string,
  signal: AbortSignal,
): Promise<DemoOrder[]> {
  const untilMs = systemClock.nowMs() + patienceMs;
  const facts = new Map<number, TraceFacts>();
  for (;;) {
    const missing = records.filter(
      ({ plan, traceId }) => traceId !== undefined && facts.get(plan.number)?.partition === undefined,
    );
    await Promise.all(
      missing.map(async ({ plan, traceId = "" }) => {
        facts.set(plan.number, await readTraceFacts(jaegerUrl, traceId, signal));
      }),
    );
    const areAll = missing.every(({ plan }) => facts.get(plan.number)?.partition !== undefined);
    if (areAll || signal.aborted || systemClock.nowMs() >= untilMs) break;
    await systemClock.sleep(pauseMs, signal);
  }
  return records.map((record) => ({ ...record, facts: facts.get(record.plan.number) ?? { operations: [] } }));
}
