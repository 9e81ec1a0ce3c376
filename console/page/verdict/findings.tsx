import { counted, durationOfMs } from "../../../core/words.ts";
import { aboutCause, isProblemCause, type ProblemCause } from "../../../explain/causes.ts";
import type { ProblemClass } from "../../../explain/explanation.ts";
import { stageName } from "../../../explain/findings/words.ts";
import type { Verdict } from "../../api.ts";
import { CauseName } from "../order/cause-name.tsx";
import { fillOfCause } from "../order/cause-patterns.tsx";
import { lanesHash, orderHash } from "../shell/route.ts";
import { workOfFinding } from "../text/bar-words.ts";
import { number } from "../text/format.ts";
import { Sentence } from "../text/sentence.tsx";
import type { View } from "../time/time-scale.ts";

type ProblemText = { readonly title: string; readonly meaning: string };

/** Classes of problems that are not causes; `aboutCause` has the texts of those that are. */
const problemTexts: Readonly<Record<Exclude<ProblemClass, ProblemCause>, ProblemText>> = {
  "head-of-line": {
    title: "Head-of-line blocking",
    meaning: "A partition is handled in order, so one slow message holds up all those behind it.",
  },
  saturation: {
    title: "Saturation",
    meaning: "Messages arrive faster than the stage can handle them, so all of them wait.",
  },
  "hot-partition": {
    title: "Hot partition",
    meaning: "One partition gets far more than the others.",
  },
  retries: {
    title: "Retries",
    meaning: "A failed message is tried again, and those behind it wait as long.",
  },
  "starved-workers": {
    title: "Starved workers",
    meaning: "Messages are ready, but no worker thread is free.",
  },
};

function problemText(name: ProblemClass): ProblemText {
  return isProblemCause(name) ? aboutCause[name].remedy : problemTexts[name];
}

export function Problems({ problems }: Pick<Verdict, "problems">) {
  if (problems.length === 0) {
    return (
      <section class="panel problem fine">
        <h2>Nothing is wrong</h2>
        <p>No message waited for long behind another.</p>
      </section>
    );
  }
  return (
    <>
      {problems.map((problem) => (
        <section key={`${problem.class} ${problem.stage} ${problem.topic}`} class="panel problem">
          <h2>
            {problemText(problem.class).title} in {stageName(problem.stage)}
            <span class="cost">{durationOfMs(problem.ns / 1e6)} of waiting</span>
          </h2>
          <p class="small">{problemText(problem.class).meaning}</p>
          <p>
            <Sentence text={problem.why} />
          </p>
          <p>
            <strong>What helps:</strong> <Sentence text={problem.help} />
          </p>
        </section>
      ))}
    </>
  );
}

/** @param viewOf the time of an order, as far as it is known */
export function BlockerRanking({
  blockers,
  viewOf,
}: Pick<Verdict, "blockers"> & { viewOf: (order: string) => View | undefined }) {
  const most = blockers[0]?.cost.ns ?? 1;
  return (
    <section class="panel" aria-labelledby="blockers">
      <h2 id="blockers">Who held up the others</h2>
      {blockers.length === 0 ? (
        <p>Nobody.</p>
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
                Waiting that it cost
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
                    <a href={lanesHash(id, viewOf(id))}>in the lanes</a>
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
                    <progress max={most} value={one.cost.ns} aria-label="Share of the worst" />
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

export function Stages({ stages }: Pick<Verdict, "stages">) {
  if (stages.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="stages">
      <h2 id="stages">Stages by utilisation</h2>
      <p class="small">
        A slot is a place where one message is handled at a time; busy is the share of their time that slots
        were taken. Of 100 messages, 95 took at most the p95.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col" class="wide">
              Busy
            </th>
            <th scope="col" title="Messages a second that came, and that the stage could handle">
              Comes, can do /s
            </th>
            <th scope="col" title="Messages that the stage can handle at a time">
              Slots
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
            .toSorted((a, b) => b.utilisation - a.utilisation)
            .map((stage) => (
              <tr key={`${stage.stage} ${stage.topic}`}>
                <th scope="row">
                  {stageName(stage.stage)}
                  <br />
                  <span class="small">{counted(stage.deliveries, "message")}</span>
                </th>
                <td>
                  {Math.round(stage.utilisation * 100)} %
                  <progress
                    max={1}
                    value={stage.utilisation}
                    aria-label={`Busy share of ${stageName(stage.stage)}`}
                  />
                </td>
                <td>
                  {stage.arrivalsPerSecond === undefined ? "–" : number(stage.arrivalsPerSecond)},{" "}
                  {number(stage.capacityPerSecond)}
                </td>
                <td>{stage.slots}</td>
                <td>
                  {stage.waitNs
                    ? `${durationOfMs(stage.waitNs.p50 / 1e6)}, ${durationOfMs(stage.waitNs.p95 / 1e6)}`
                    : "not known"}
                </td>
                <td>
                  {durationOfMs(stage.runNs.p50 / 1e6)}, {durationOfMs(stage.runNs.p95 / 1e6)}
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

/** Causes as parts of one bar, and as text. */
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

export function Missing({ missing }: Pick<Verdict, "missing">) {
  if (missing.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="missing">
      <h2 id="missing">What the spans do not tell</h2>
      <ul>
        {missing.map(({ stage, topic, what, spans, of, consequence }) => (
          <li key={`${stage} ${topic} ${what}`}>
            <strong>
              {what} in {spans} of {of} spans of {stageName(stage)} ({topic}).
            </strong>{" "}
            {consequence}
          </li>
        ))}
      </ul>
    </section>
  );
}
