import { counted, durationOfMs, stageName } from "../../../core/format.ts";
import type { Verdict, WindowAnswer } from "../../api.ts";
import { timeOfOrder } from "../lanes/time-ranges.ts";
import { lanesHash, orderHash } from "../shell/route.ts";
import { workOfFinding } from "../text/delivery-text.ts";

/** @param answer the window of the blockers */
export function BlockerRanking({ blockers, answer }: Pick<Verdict, "blockers"> & { answer: WindowAnswer }) {
  const worstNs = blockers[0]?.cost.ns ?? 1;
  return (
    <section class="panel" aria-labelledby="blockers">
      <h2 id="blockers">Who held up others</h2>
      {blockers.length === 0 ? (
        <p>No order held up others.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Order</th>
              <th scope="col">Where</th>
              <th scope="col">Work</th>
              <th scope="col">Ran</th>
              <th scope="col">Held up</th>
              <th scope="col" class="wide">
                Waiting that it caused
              </th>
            </tr>
          </thead>
          <tbody>
            {blockers.map((one) => {
              const id = one.orderId ?? one.traceId;
              return (
                <tr key={`${one.traceId}/${one.spanId}`}>
                  <th scope="row">
                    <a href={orderHash(id)}>{one.order}</a>{" "}
                    <a href={lanesHash(id, timeOfOrder(answer, id))}>in the lanes</a>
                  </th>
                  <td>
                    {stageName(one.stage)}
                    {one.partition === undefined ? "" : `, p${one.partition}`}
                  </td>
                  <td>{workOfFinding(one.work) || "–"}</td>
                  <td>{durationOfMs(one.runNs / 1e6)}</td>
                  <td>{counted(one.cost.messages, "message")}</td>
                  <td>
                    {durationOfMs(one.cost.ns / 1e6)}
                    <progress max={worstNs} value={one.cost.ns} aria-label="Share of the worst" />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
