import { durationOfMs, stageName } from "../../../core/format.ts";
import { problemText } from "../../../explain/problem-texts.ts";
import type { Verdict } from "../../api.ts";
import { Sentence } from "../text/messages.tsx";

export function Problems({ problems }: Pick<Verdict, "problems">) {
  if (problems.length === 0) {
    return (
      <section class="panel problem fine">
        <h2>Nothing is wrong</h2>
        <p>No message waited long for another.</p>
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

export function Missing({ missing }: Pick<Verdict, "missing">) {
  if (missing.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="missing">
      <h2 id="missing">What the spans do not show</h2>
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
