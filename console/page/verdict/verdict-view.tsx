import { useState } from "preact/hooks";
import { lanesCamera } from "../lanes/lanes-camera.ts";
import { labNowMs } from "../live/lab.ts";
import { CausePatterns } from "../order/cause-patterns.tsx";
import { Loading, Note } from "../shell/note.tsx";
import { clock, durationOfMs } from "../text/format.ts";
import { BlockerRanking, Missing, Problems, Stages } from "./findings.tsx";
import { useVerdict } from "./use-verdict.ts";
import { viewOfOrder } from "./view-of-order.ts";

const minutes = [1, 5, 15] as const;
type Choice = (typeof minutes)[number] | "lanes";

export function VerdictView() {
  const [choice, setChoice] = useState<Choice>(15);
  const { answer, trouble, again } = useVerdict(() => windowOf(choice), `${choice}`);
  const isEmpty = answer !== undefined && answer.bars.length === 0;
  return (
    <>
      <CausePatterns />
      <div class="head">
        <h1>Verdict</h1>
        <fieldset class="choices">
          <legend class="visually-hidden">Time</legend>
          {minutes.map((each) => (
            <button key={each} type="button" aria-pressed={choice === each} onClick={() => setChoice(each)}>
              Last {each} min
            </button>
          ))}
          <button type="button" aria-pressed={choice === "lanes"} onClick={() => setChoice("lanes")}>
            What the lanes show
          </button>
        </fieldset>
        {answer && (
          <p class="small" role="status">
            {answer.bars.length} deliveries, {clock(answer.fromMs)} to {clock(answer.toMs)} (
            {durationOfMs(answer.toMs - answer.fromMs)})
            {answer.truncated ? "; not all of that time is known any more" : ""}
          </p>
        )}
      </div>
      {trouble !== undefined && (
        <p class="banner banner-warn" role="alert">
          {trouble}
          <button type="button" onClick={again}>
            Ask again
          </button>
        </p>
      )}
      {!answer && trouble === undefined && <Loading what="the verdict" />}
      {isEmpty && (
        <Note title="No deliveries in that time">
          Choose a longer time, or <a href="#/send">send a burst</a>.
        </Note>
      )}
      {answer && !isEmpty && (
        <>
          <Problems problems={answer.verdict.problems} />
          <BlockerRanking blockers={answer.verdict.blockers} viewOf={(order) => viewOfOrder(answer, order)} />
          <Stages stages={answer.verdict.stages} />
          <Missing missing={answer.verdict.missing} />
        </>
      )}
    </>
  );
}

function windowOf(choice: Choice): { fromMs: number; toMs: number } {
  if (choice === "lanes") return lanesCamera.get().view;
  const nowMs = labNowMs();
  return { fromMs: nowMs - choice * 60_000, toMs: nowMs };
}
