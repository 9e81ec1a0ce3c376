import { setTimeout as delay } from "node:timers/promises";
import type { LiveEvent, PipelineState, RunningBar } from "../api.ts";
import type { Budget } from "./budget.ts";
import type { Changes, Picture } from "./picture.ts";
import type { Looked } from "./pipeline.ts";

const lookEveryMs = 1_000;
const patienceMs = 500;

/**
 * What happens while a page looks, once a second: the state of the pipeline and what is being handled are told, and new spans
 * are explained and told. Nothing happens while no page looks.
 */
export function createWatch(options: {
  readonly look: () => Promise<Looked>;
  /** Drops what a pause makes wrong. */
  readonly forget: () => void;
  readonly picture: Picture;
  readonly budget: Budget;
  readonly send: (event: LiveEvent) => void;
}) {
  const { picture, budget, send } = options;
  let timer: NodeJS.Timeout | undefined;
  let isWatched = false;
  let pipeline: PipelineState | undefined;
  let running: readonly RunningBar[] = [];
  let under = new Set<string>();
  let lookedMs = Number.NEGATIVE_INFINITY;

  function tell(changes: Changes): void {
    if (changes.bars.length + changes.orders.length > 0) send({ event: "deliveries", data: changes });
  }

  /** True when other orders are being handled than before. */
  async function look(): Promise<boolean> {
    lookedMs = performance.now();
    const looked = await options.look();
    pipeline = looked.pipeline;
    running = looked.running;
    const before = under;
    under = new Set(running.map(({ order, stage }) => `${order} ${stage}`));
    return under.size !== before.size || [...under].some((one) => !before.has(one));
  }

  async function tick(): Promise<void> {
    const startedMs = performance.now();
    const isOther = await look();
    if (pipeline) send({ event: "pipeline", data: pipeline });
    send({ event: "running", data: running });
    if (picture.isStale() && !budget.isResting()) tell(await picture.refresh());
    else if (isOther) tell(picture.redraw());
    if (!isWatched) return;
    timer = setTimeout(again, Math.max(100, lookEveryMs - (performance.now() - startedMs)));
  }

  function again(): void {
    void tick();
  }

  return {
    watch(watched: boolean): void {
      isWatched = watched;
      clearTimeout(timer);
      if (!watched) return;
      options.forget();
      again();
    },
    /** Looks when nobody does; gives up soon, since most can be told without. */
    async now(): Promise<void> {
      if (isWatched || performance.now() - lookedMs < lookEveryMs) return;
      const redrawn = look().then((isOther) => isOther && tell(picture.redraw()));
      await Promise.race([redrawn, delay(patienceMs, undefined, { ref: false })]);
    },
    /** What a page that comes is told. */
    greeting(): LiveEvent[] {
      return [
        ...(pipeline ? [{ event: "pipeline", data: pipeline } as const] : []),
        { event: "running", data: running },
      ];
    },
    runningStages: (orderId: string | undefined): string[] =>
      orderId === undefined ? [] : running.filter(({ order }) => order === orderId).map(({ stage }) => stage),
  };
}
