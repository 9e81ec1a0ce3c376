import { durationOfMs, stageName } from "../../../core/format.ts";
import { aboutCause, isProblemCause, type ProblemCause } from "../../../explain/causes.ts";
import type { ProblemClass } from "../../../explain/explanation.ts";
import type { Verdict } from "../../api.ts";
import { Sentence } from "../text/messages.tsx";

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
  burst: {
    title: "Burst",
    meaning:
      "Messages arrive together, so the last ones wait for the first; on average there is time for all.",
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
  unexplained: {
    title: "Unexplained waiting",
    meaning: "Most of the waiting has no cause in the spans.",
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
