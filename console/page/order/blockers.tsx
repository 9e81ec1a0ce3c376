import { durationOfMs, stageName } from "../../../core/format.ts";
import type { OrderAnswer } from "../../api.ts";
import { orderHash } from "../shell/route.ts";
import { workOfFinding } from "../text/delivery-text.ts";
import { CauseName } from "./cause-patterns.tsx";

/** What each delivery waited for, and its blockers. */
export function Blockers({ answer: { deliveries } }: { answer: OrderAnswer }) {
  const waited = deliveries.filter(({ wait }) => wait && wait.ns > 0);
  return (
    <>
      <h2>What it waited for</h2>
      {waited.length === 0 && <p>The spans show no waiting.</p>}
      {waited.map(({ spanId, stage, wait }) => (
        <section key={spanId}>
          <h3>
            {stageName(stage)}: {durationOfMs((wait?.ns ?? 0) / 1e6)}
          </h3>
          <ul class="causes">
            {Object.entries(wait?.byCause ?? {}).map(([cause, ns]) => (
              <li key={cause}>
                <CauseName cause={cause} /> <span class="amount">{durationOfMs(ns / 1e6)}</span>
              </li>
            ))}
          </ul>
          <ol class="ranking">
            {wait?.blockers.map((blocker) => (
              <li key={blocker.spanId}>
                <a href={orderHash(blocker.orderId ?? blocker.traceId)}>{blocker.order}</a>
                <span class="amount">{durationOfMs(blocker.ns / 1e6)}</span>
                <span class="small">{workOfFinding(blocker.work)}</span>
              </li>
            ))}
          </ol>
          {wait && wait.likelyNs > 0 && (
            <p class="small">{durationOfMs(wait.likelyNs / 1e6)} of it is likely, but not proven.</p>
          )}
        </section>
      ))}
      <p class="small">Select a span to see its attributes.</p>
    </>
  );
}
