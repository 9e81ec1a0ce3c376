import { counted } from "../../../core/format.ts";
import type { BurstProgress } from "../../api.ts";
import { lab, labNowMs } from "../live/lab.ts";
import { useStore } from "../live/store.ts";
import { CausePatterns } from "../order/cause-patterns.tsx";
import { BlockerRanking } from "../verdict/blocker-ranking.tsx";
import { Problems } from "../verdict/problems.tsx";
import { useVerdict } from "../verdict/use-verdict.ts";
import { type BurstPhase, ordersUnderWay, phaseOf } from "./burst-phase.ts";

const titles: Readonly<Record<BurstPhase, string>> = {
  sending: "The burst is running",
  following: "All orders are sent; some are not finished yet",
  left: "Sending has ended; some orders are not finished yet",
  orphaned: "The console was restarted",
  over: "The burst is over",
};

/** The progress of the last burst, and its verdict so far. */
export function BurstState() {
  const burst = useStore(lab, (state) => state.burst);
  const isOrphaned = useStore(lab, (state) => state.isBurstOrphaned);
  const underWay = useStore(lab, (state) =>
    state.burst ? ordersUnderWay(state.burst, state.orders, labNowMs()) : 0,
  );
  const isLost = useStore(lab, (state) => state.connection === "lost");
  if (!burst) return null;
  const phase = phaseOf(burst, isOrphaned, underWay);
  if (phase === "orphaned") {
    return (
      <section class="panel" aria-labelledby="progress">
        <h2 id="progress">{titles[phase]}</h2>
        <p role="status">
          The console was restarted while this burst was running. See <a href="#/orders">Orders</a> for the
          state of its orders.
        </p>
      </section>
    );
  }
  return (
    <>
      <section class="panel" aria-labelledby="progress">
        <h2 id="progress">{isLost ? "The last known state of the burst" : titles[phase]}</h2>
        <Progress label="Sent" value={burst.sent} of={burst.count} />
        <Progress label="Accepted" value={burst.accepted} of={burst.count} />
        <Progress label="Done" value={burst.done} of={burst.count} />
        <p class="small" role="status">
          {burst.dead > 0 ? `${counted(burst.dead, "dead letter")}. ` : ""}Seed {burst.seed}: send it again to
          repeat the same work. <a href="#/lanes">Watch it in the lanes</a>
        </p>
      </section>
      {!isLost && <Result burst={burst} isOver={phase === "over"} />}
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

/** Until the burst is over, findings are shown, but their absence means nothing. */
function Result({ burst, isOver }: { burst: BurstProgress; isOver: boolean }) {
  // From a second before, since clocks differ, until a minute from now.
  const { answer } = useVerdict(
    () => ({ fromMs: burst.startedAtMs - 1000, toMs: labNowMs() + 60_000 }),
    `${burst.id} ${isOver}`,
  );
  if (!answer || answer.bars.length === 0)
    return <p class="small">The verdict appears with the first spans.</p>;
  const { problems, blockers } = answer.verdict;
  return (
    <>
      <CausePatterns />
      {!isOver && (
        <p class="small">
          {problems.length > 0 ? "So far: " : "No verdict yet: "}
          messages still being handled have no spans.
        </p>
      )}
      {(isOver || problems.length > 0) && <Problems problems={problems} />}
      {(isOver || blockers.length > 0) && <BlockerRanking blockers={blockers.slice(0, 5)} answer={answer} />}
    </>
  );
}
