import { useState } from "preact/hooks";
import { durationOfMs } from "../../../core/format.ts";
import { lanesCamera, nextView } from "../lanes/camera.ts";
import { latestActivity } from "../lanes/time-ranges.ts";
import { lab, labNowMs } from "../live/lab.ts";
import { CausePatterns } from "../order/cause-patterns.tsx";
import { clock } from "../text/format.ts";
import { Loading, Note } from "../text/messages.tsx";
import type { View } from "../time/time-scale.ts";
import { BlockerRanking } from "./blocker-ranking.tsx";
import { Missing, Problems } from "./problems.tsx";
import { StageTable } from "./stage-table.tsx";
import { useVerdict } from "./use-verdict.ts";

const minutes = [1, 5, 15] as const;
type Choice = (typeof minutes)[number] | "lanes";

export function VerdictView() {
  const [choice, setChoice] = useState<Choice>(15);
  const { answer: current, earlier, error, retry } = useVerdict(() => windowOf(choice), `${choice}`);
  const answer = current ?? earlier;
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
            {current ? "" : "Reading the chosen time. Until then: "}
            {answer.bars.length} deliveries, {clock(answer.fromMs)} to {clock(answer.toMs)} (
            {durationOfMs(answer.toMs - answer.fromMs)})
            {answer.truncated ? "; some of these traces are no longer kept" : ""}
          </p>
        )}
      </div>
      {error !== undefined && (
        <p class="banner banner-warn" role="alert">
          {error}
          <button type="button" onClick={retry}>
            Try again
          </button>
        </p>
      )}
      {!answer && error === undefined && <Loading what="the verdict" />}
      {isEmpty && (
        <Note title="No deliveries in that time">
          Choose a longer time, or <a href="#/send">send a burst</a>.
        </Note>
      )}
      {answer && !isEmpty && (
        <>
          <Problems problems={answer.verdict.problems} />
          <BlockerRanking blockers={answer.verdict.blockers} answer={answer} />
          <StageTable stages={answer.verdict.stages} />
          <Missing missing={answer.verdict.missing} />
        </>
      )}
    </>
  );
}

/** The view of the lanes, or the one with which they would open. */
function viewOfLanes(): View | undefined {
  const { bars, running } = lab.get();
  const nowMs = labNowMs();
  return nextView(lanesCamera.get(), latestActivity(bars.values(), running, nowMs));
}

function lastMinutes(count: number): View {
  const nowMs = labNowMs();
  return { fromMs: nowMs - count * 60_000, toMs: nowMs };
}

function windowOf(choice: Choice): View {
  if (choice === "lanes") return viewOfLanes() ?? lastMinutes(15);
  return lastMinutes(choice);
}
