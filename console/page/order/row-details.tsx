import { durationOfMs, stageName } from "../../../core/format.ts";
import { orderHash } from "../shell/route.ts";
import { clockWithMs } from "../text/format.ts";
import { CauseName, meaningOf } from "./cause-patterns.tsx";
import type { WaterfallRow } from "./waterfall-rows.ts";

/** Details of the selected row of the waterfall. */
export function RowDetails({ row }: { row: WaterfallRow }) {
  const attributes = Object.entries(row.span?.attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <>
      <h2>{row.kind === "wait" ? `Waits for ${stageName(row.stage)}` : row.span.name}</h2>
      {row.kind === "span" ? (
        <p class="small">
          {row.span.service}
          {row.span.kind ? `, ${row.span.kind}` : ""}, {clockWithMs(row.span.startedAtMs)},{" "}
          {durationOfMs(row.span.endedAtMs - row.span.startedAtMs)}
          {row.span.failed ? ", failed" : ""}
        </p>
      ) : (
        <ol class="segments">
          {row.segments.map(({ fromMs, toMs, cause, blocker, isProven }) => (
            <li key={fromMs}>
              <strong>{durationOfMs(toMs - fromMs)}</strong>{" "}
              {cause === undefined ? "in too many segments to list" : <CauseName cause={cause} />}
              {blocker && (
                <>
                  {" "}
                  behind <a href={orderHash(blocker.order)}>{blocker.name}</a>
                </>
              )}
              {isProven ? "" : " (likely)"}
              {cause !== undefined && <span class="small"> {meaningOf(cause)}</span>}
            </li>
          ))}
        </ol>
      )}
      {attributes.length > 0 && (
        <table class="compact attributes">
          <caption>Attributes</caption>
          <tbody>
            {attributes.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{String(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
