import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { durationOfMs } from "../../../core/format.ts";
import type { Bar } from "../../api.ts";
import { lab, labNowMs } from "../live/lab.ts";
import { type Store, useStore } from "../live/store.ts";
import { waitingIn } from "../pipeline/topology.ts";
import { orderHash } from "../shell/route.ts";
import { listenToPointer } from "../time/pointer.ts";
import { atOf, revealing } from "../time/time-scale.ts";
import { type Activity, type Camera, followed, pan, showAll, zoom } from "./camera.ts";
import { createPainter, type Painter } from "./draw/painter.ts";
import { rulerHeight, type Scene, type WaitingNow } from "./draw/scene.ts";
import type { LaneGroup } from "./groups.ts";
import { Gutter } from "./gutter.tsx";
import { type Hit, hitAt } from "./hit.ts";
import { keyAction, neighbourOf } from "./keyboard.ts";
import { laneKey } from "./lane.ts";
import { heightOf, placeLanes } from "./layout.ts";
import { type Selecting, selectionOf } from "./selection.ts";
import { Tooltip } from "./tooltip.tsx";

type Props = Selecting & {
  camera: Store<Camera>;
  groups: readonly LaneGroup[];
  activity: Activity | undefined;
  blockers: readonly Bar[];
};

/** The drawing of the lanes with its gestures and keys, and the names of the lanes. */
export function LanesCanvas(props: Props) {
  const { camera, groups, activity, highlight, selection, blockers } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<Painter>(undefined);
  const [size, setSize] = useState({ width: 800, height: 400 });
  const [hover, setHover] = useState<{ hit: Hit; x: number; y: number }>();
  const running = useStore(lab, (state) => state.running);
  const ended = useStore(lab, (state) => state.ended);
  const pipeline = useStore(lab, (state) => state.pipeline);
  const isLive = useStore(lab, (state) => state.connection === "live");

  const placed = useMemo(() => placeLanes(groups, size.height - rulerHeight), [groups, size.height]);
  const waitingNow = useMemo(
    () =>
      new Map(
        pipeline?.topics.flatMap(({ topic, stage, partitions }) =>
          partitions.map((one): [string, WaitingNow] => [
            laneKey({ topic, stage, partition: one.partition }),
            { count: waitingIn(one), oldestMs: one.oldestWaitingMs },
          ]),
        ),
      ),
    [pipeline],
  );
  const flags = useMemo(
    () =>
      new Map(
        blockers.map(({ id, orderName, costMs, costMessages }) => [
          id,
          [
            `${orderName} held up ${costMessages} for ${durationOfMs(costMs)}`,
            `${orderName} (cost ${durationOfMs(costMs)})`,
          ],
        ]),
      ),
    [blockers],
  );

  const scale = () => ({ ...camera.get().view, width: size.width });
  const scene = (): Scene => {
    const { orders, bars } = lab.get();
    return {
      groups: placed,
      scale: scale(),
      scrollTop: scroller.current?.scrollTop ?? 0,
      height: size.height,
      nowMs: labNowMs(),
      running,
      ended,
      waitingNow: isLive ? waitingNow : new Map(),
      highlight,
      focus: selection?.bar,
      hover: hover?.hit.bar.id,
      flags,
      nameOf: (order) => orders.get(order)?.name ?? "an order",
      barOf: (id) => bars.get(id),
    };
  };
  // The listeners below outlive a render; they use the latest one.
  const latest = useRef({ scene, placed, scale, props, activity });
  latest.current = { scene, placed, scale, props, activity };

  useEffect(() => {
    const element = canvas.current;
    const box = scroller.current;
    if (!element || !box) return;
    const made = createPainter(element, () => latest.current.scene());
    painter.current = made;
    const observer = new ResizeObserver(() => {
      const { width } = element.getBoundingClientRect();
      setSize({ width, height: box.clientHeight });
    });
    observer.observe(box);
    const unsubscribe = camera.subscribe(made.request);
    box.addEventListener("scroll", made.request);
    const endListening = listenToPointer(element, {
      onPan: (byPx) => {
        const { fromMs, toMs, width } = latest.current.scale();
        camera.update((now) => pan(now, (-byPx * (toMs - fromMs)) / width));
      },
      onZoom: (factor, x) => camera.update((now) => zoom(now, factor, atOf(latest.current.scale(), x))),
      onClick: (x, y) => {
        const hit = find(x, y);
        latest.current.props.select(hit && selectionOf(hit.bar));
      },
      onOpen: (x, y) => {
        const hit = find(x, y);
        if (hit) location.hash = orderHash(hit.bar.order);
      },
      onHover: (at) => {
        const hit = at && find(at.x, at.y);
        setHover((known) => (hit && at ? { hit, ...at } : known && undefined));
      },
    });
    const find = (x: number, y: number) =>
      hitAt(latest.current.placed, latest.current.scale(), x, y - rulerHeight + box.scrollTop);
    return () => {
      made.stop();
      observer.disconnect();
      unsubscribe();
      box.removeEventListener("scroll", made.request);
      endListening();
    };
  }, []);

  useEffect(() => painter.current?.resize(size.width, size.height), [size.width, size.height]);
  useEffect(() => painter.current?.request());
  useAdvance(latest, camera, running.length > 0, () => painter.current?.request());

  const onKeyDown = (event: KeyboardEvent) => {
    const action = keyAction(event);
    if (!action) return;
    const done = act(action, props, size.width);
    if (done) event.preventDefault();
  };

  return (
    <div class="lanes-frame">
      <div
        class="lanes-scroller"
        ref={scroller}
        role="application"
        aria-label="Lanes: messages by partition and time. Arrow keys move through deliveries, Enter opens the order, plus and minus zoom, Shift with arrows pans."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard itself
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div
          class="lanes-content"
          style={{ height: `${Math.max(size.height, heightOf(placed) + rulerHeight)}px` }}
        >
          <Gutter groups={placed} waitingNow={waitingNow} />
          <canvas class="lanes-canvas" ref={canvas} style={{ height: `${size.height}px` }} />
        </div>
      </div>
      {hover && <Tooltip hit={hover.hit} x={hover.x} y={hover.y} width={size.width} />}
    </div>
  );
}

/** While messages are being handled, redraws whenever a pixel of time has passed, at most 30 times a second. */
function useAdvance(
  latest: {
    readonly current: {
      activity: Activity | undefined;
      scale: () => { fromMs: number; toMs: number; width: number };
    };
  },
  camera: Store<Camera>,
  isRunning: boolean,
  redraw: () => void,
): void {
  useEffect(() => {
    if (!isRunning) return;
    let timer: number | undefined;
    const advance = () => {
      const { fromMs, toMs, width } = latest.current.scale();
      if (!document.hidden) {
        const { activity } = latest.current;
        const now = activity && { fromMs: activity.fromMs, toMs: labNowMs() };
        camera.update((known) => followed(known, now));
        redraw();
      }
      timer = window.setTimeout(advance, Math.min(1000, Math.max(33, (toMs - fromMs) / width)));
    };
    advance();
    return () => clearTimeout(timer);
  }, [isRunning]);
}

/** Returns whether the key did something. */
function act(action: NonNullable<ReturnType<typeof keyAction>>, props: Props, width: number): boolean {
  const { camera, groups, selection, select, activity } = props;
  const { view } = camera.get();
  const current = barOf(props);
  switch (action.do) {
    case "move": {
      const next = neighbourOf(groups, current, action.to, view);
      if (!next) return true;
      select(selectionOf(next));
      const shown = revealing(view, next.startedAtMs, next.endedAtMs);
      if (shown !== view) camera.set({ view: shown, follows: false, fits: false });
      return true;
    }
    case "pan":
      camera.update((now) => pan(now, action.share * (view.toMs - view.fromMs)));
      return true;
    case "zoom": {
      // Around the selection, if it is in view.
      const middleMs =
        current && (Math.max(current.startedAtMs, view.fromMs) + Math.min(current.endedAtMs, view.toMs)) / 2;
      const isSeen = middleMs !== undefined && middleMs >= view.fromMs && middleMs <= view.toMs;
      const atMs = isSeen ? middleMs : atOf({ ...view, width }, width / 2);
      camera.update((now) => zoom(now, action.factor, atMs));
      return true;
    }
    case "open":
      if (!selection) return false;
      location.hash = orderHash(selection.order);
      return true;
    case "clear":
      if (!selection) return false;
      select(undefined);
      return true;
    case "fit":
      camera.update((now) => showAll(now, activity));
      return true;
    case "follow":
      camera.update((now) => followed({ ...now, follows: !now.follows }, activity));
      return true;
  }
}

function barOf({ selection, highlight }: Props): Bar | undefined {
  const known = selection?.bar === undefined ? undefined : lab.get().bars.get(selection.bar);
  return known ?? highlight?.deliveries[0];
}
