import type { BurstProgress } from "../../api.ts";
import { lab } from "../live/lab.ts";
import { useStore } from "../live/store.ts";
import { CausePatterns } from "../order/cause-patterns.tsx";
import { BlockerRanking, Problems } from "../verdict/findings.tsx";
import { useVerdict } from "../verdict/use-verdict.ts";

/** How far the last burst is, and what explain says of it so far. */
export function BurstState() {
  const burst = useStore(lab, (state) => state.burst);
  if (!burst) return null;
  return (
    <>
      <section class="panel" aria-labelledby="progress">
        <h2 id="progress">{burst.ended ? "The burst is over" : "The burst is under way"}</h2>
        <Progress label="Sent" value={burst.sent} of={burst.count} />
        <Progress label="Accepted" value={burst.accepted} of={burst.count} />
        <Progress label="Done" value={burst.done} of={burst.count} />
        <p class="small" role="status">
          {burst.dead > 0 ? `${burst.dead} dead letters. ` : ""}Seed {burst.seed}: the same seed does the same
          work again. <a href="#/lanes">Watch it in the lanes</a>
        </p>
      </section>
      <Result burst={burst} />
    </>
  );
}

function Progress({ label, value, of }: { label: string; value: number; of: number }) {
  return (
    <label class="progress">
      <span>
        {label} {value} of {of}
      </span>
      <progress class="good" value={value} max={Math.max(1, of)} />
    </label>
  );
}

function Result({ burst }: { burst: BurstProgress }) {
  // A second before, for clocks; until now while it goes on.
  const { answer } = useVerdict(
    () => ({ fromMs: burst.startedAtMs - 1000, toMs: Date.now() + 60_000 }),
    `${burst.id} ${burst.ended}`,
  );
  if (!answer || answer.bars.length === 0)
    return <p class="small">The verdict follows with the first spans.</p>;
  return (
    <>
      <CausePatterns />
      <Problems problems={answer.verdict.problems} />
      <BlockerRanking blockers={answer.verdict.blockers.slice(0, 5)} />
    </>
  );
}
