import { useEffect, useMemo, useState } from "preact/hooks";
import { lab, labNowMs } from "../live/lab.ts";
import { useStore } from "../live/store.ts";
import { lanesHash } from "../shell/route.ts";
import { fitted } from "../time/time-scale.ts";
import { majorBlockers, worstBlockers } from "./blockers.ts";
import { lanesCamera as camera, followed, show } from "./camera.ts";
import { EmptyLanes } from "./empty-lanes.tsx";
import { groupLanes } from "./groups.ts";
import { Headline } from "./headline.tsx";
import { highlightOf } from "./highlight.ts";
import { LanesCanvas } from "./lanes-canvas.tsx";
import { Legend } from "./legend.tsx";
import { SelectedOrder } from "./selected-order.tsx";
import { type Selecting, type Selection, useOrderAnswer } from "./selection.ts";
import { latestActivity } from "./time-ranges.ts";
import { Toolbar } from "./toolbar.tsx";
import { useDebounced } from "./use-debounced.ts";
import { VisibleDeliveries } from "./visible-deliveries.tsx";

const maxBlockers = 5;

export function LanesView({ query }: { query: URLSearchParams }) {
  const bars = useStore(lab, (state) => state.bars);
  const orders = useStore(lab, (state) => state.orders);
  const running = useStore(lab, (state) => state.running);
  const ended = useStore(lab, (state) => state.ended);
  const topics = useStore(lab, (state) => state.pipeline?.topics ?? none);
  const [selection, setSelection] = useState<Selection>();

  const places = JSON.stringify([
    topics.map(({ topic, stage, partitions }) => [topic, stage, partitions.length]),
    running.map(({ topic, stage, partition, consumer }) => [topic, stage, partition, consumer]),
  ]);
  // Topics and runs change every second, but their partitions and consumers rarely do.
  const groups = useMemo(() => groupLanes(bars.values(), topics, running), [bars, places]);
  const activity = useMemo(
    () => latestActivity(bars.values(), [...running, ...ended], labNowMs()),
    [bars, running, ended],
  );
  useEffect(() => camera.update((now) => followed(now, activity)), [activity]);

  const select = (next: Selection | undefined) => {
    setSelection(next);
    // Not a history entry: the back button should not step through selections.
    history.replaceState(null, "", next ? lanesHash(next.order) : "#/lanes");
  };
  useEffect(() => {
    const order = query.get("order");
    if (order !== null) setSelection({ order, bar: undefined });
    const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
    if (from > 0 && to > from) camera.set(show(fitted(from, to)));
  }, [query]);

  const row = selection && orders.get(selection.order);
  const answer = useOrderAnswer(selection?.order, row);
  const highlight = useMemo(
    () => (selection ? highlightOf(selection.order, bars.values(), answer) : undefined),
    [selection?.order, bars, answer],
  );
  const selecting: Selecting = { selection, select, highlight };
  const settled = useDebounced(camera);
  const worst = useMemo(() => worstBlockers(bars.values(), settled.view, maxBlockers), [bars, settled]);
  const major = useMemo(() => majorBlockers(worst), [worst]);

  return (
    <>
      <div class="lanes-head">
        <h1>Lanes</h1>
        <Headline blockers={major} select={select} />
        <Toolbar camera={camera} activity={activity} />
      </div>
      <div class="lanes-body">
        <section class="lanes-drawing" aria-label="Drawing of the lanes">
          <LanesCanvas {...selecting} camera={camera} groups={groups} activity={activity} blockers={major} />
          <EmptyLanes />
          <Legend highlight={highlight} />
        </section>
        <aside class="lanes-aside" aria-label="Selected order">
          <SelectedOrder {...selecting} row={row} answer={answer} blockers={worst} />
        </aside>
      </div>
      <VisibleDeliveries {...selecting} groups={groups} view={settled.view} />
    </>
  );
}

const none: readonly never[] = [];
