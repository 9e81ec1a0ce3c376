import { counted, durationOfMs, percent, stageName } from "../../../core/format.ts";
import type { Verdict } from "../../api.ts";
import { CauseName, fillOfCause } from "../order/cause-patterns.tsx";
import { number } from "../text/format.ts";

export function StageTable({ stages }: Pick<Verdict, "stages">) {
  if (stages.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="stages">
      <h2 id="stages">Stages by utilisation</h2>
      <p class="small">
        Busy is the share of the time in which the consumers handled as many messages as they can at a time.
        95 of 100 messages took at most the p95.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col" class="wide">
              Busy
            </th>
            <th scope="col" title="Messages per second that arrived, and that the stage could handle">
              Arrivals, capacity /s
            </th>
            <th scope="col" title="Messages that the consumers can handle at a time">
              Concurrency
            </th>
            <th scope="col">Waits, median and p95</th>
            <th scope="col">Runs, median and p95</th>
            <th scope="col" class="wide">
              Waiting by cause
            </th>
          </tr>
        </thead>
        <tbody>
          {stages
            .toSorted((a, b) => (b.utilisation ?? 0) - (a.utilisation ?? 0))
            .map((stage) => (
              <tr key={`${stage.stage} ${stage.topic}`}>
                <th scope="row">
                  {stageName(stage.stage)}
                  <br />
                  <span class="small">{counted(stage.deliveries, "message")}</span>
                </th>
                <td>
                  {stage.utilisation === undefined ? (
                    "not known"
                  ) : (
                    <>
                      {percent(stage.utilisation)}
                      <progress
                        max={1}
                        value={stage.utilisation}
                        aria-label={`Busy share of ${stageName(stage.stage)}`}
                      />
                    </>
                  )}
                </td>
                <td>
                  {stage.arrivalsPerSecond === undefined ? "–" : number(stage.arrivalsPerSecond)},{" "}
                  {stage.capacityPerSecond === undefined ? "–" : number(stage.capacityPerSecond)}
                </td>
                <td>{stage.slots}</td>
                <td>
                  {stage.waitNs
                    ? `${durationOfMs(stage.waitNs.p50 / 1e6)}, ${durationOfMs(stage.waitNs.p95 / 1e6)}`
                    : "not known"}
                </td>
                <td>
                  {stage.runNs
                    ? `${durationOfMs(stage.runNs.p50 / 1e6)}, ${durationOfMs(stage.runNs.p95 / 1e6)}`
                    : "not known"}
                </td>
                <td>
                  <CauseBar byCause={stage.waitByCause} />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

/** Causes as segments of one bar, and as text. */
function CauseBar({ byCause }: { byCause: Readonly<Partial<Record<string, number>>> }) {
  const parts = Object.entries(byCause)
    .flatMap(([cause, ns]) => (ns === undefined || ns <= 0 ? [] : [{ cause, ns }]))
    .sort((a, b) => b.ns - a.ns);
  const sum = parts.reduce((total, { ns }) => total + ns, 0);
  if (sum === 0) return <>none</>;
  let x = 0;
  return (
    <>
      <svg class="cause-bar" viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(({ cause, ns }) => {
          const width = (200 * ns) / sum;
          const from = x;
          x += width;
          return <rect key={cause} x={from} width={width} height="12" fill={fillOfCause(cause)} />;
        })}
      </svg>
      {parts.slice(0, 3).map(({ cause, ns }) => (
        <span key={cause} class="cause-part">
          <CauseName cause={cause} /> {durationOfMs(ns / 1e6)}
        </span>
      ))}
    </>
  );
}
