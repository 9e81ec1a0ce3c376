import { setTimeout as delay } from "node:timers/promises";
import type { LiveEvent, PipelineState, RunningBar } from "../api.ts";
import type { Looked } from "./pipeline-state.ts";
import type { Running } from "./traces/protocol.ts";

const lookEveryMs = 1_000;
const patienceMs = 500;

/**
 * What happens while a page looks, once a second: the state of the pipeline and what is being handled are told, and the traces
 * are asked for what is new, which may take longer. Nothing happens while no page looks.
 */
export function createWatch(options: {
  readonly look: () => Promise<Looked>;
  /** Drops what a pause makes wrong. */
  readonly forget: () => void;
  /** Tells what is new of the traces. Never rejects. */
  readonly tellNews: (running: Running) => Promise<void>;
  readonly send: (event: LiveEvent) => void;
}) {
  const { send } = options;
  let timer: NodeJS.Timeout | undefined;
  let isWatched = false;
  let isTelling = false;
  let pipeline: PipelineState | undefined;
  let running: readonly RunningBar[] = [];
  let lookedMs = Number.NEGATIVE_INFINITY;

  async function look(): Promise<void> {
    lookedMs = performance.now();
    ({ pipeline, running } = await options.look());
  }

  async function tellNews(): Promise<void> {
    if (isTelling) return;
    isTelling = true;
    await options.tellNews(runningNow());
    isTelling = false;
  }

  async function tick(): Promise<void> {
    const startedMs = performance.now();
    await look();
    if (pipeline) send({ event: "pipeline", data: pipeline });
    send({ event: "running", data: running });
    void tellNews();
    if (!isWatched) return;
    timer = setTimeout(again, Math.max(100, lookEveryMs - (performance.now() - startedMs)));
  }

  function again(): void {
    void tick();
  }

  function runningNow(): Running {
    return running.map(({ order, stage }) => ({ order, stage }));
  }

  return {
    watch(watched: boolean): void {
      isWatched = watched;
      clearTimeout(timer);
      if (!watched) return;
      options.forget();
      again();
    },
    /** What is being handled; looks when nobody does, but gives up soon, since most can be told without. */
    async running(): Promise<Running> {
      if (!isWatched && performance.now() - lookedMs >= lookEveryMs) {
        await Promise.race([look(), delay(patienceMs, undefined, { ref: false })]);
      }
      return runningNow();
    },
    /** What a page that comes is told. */
    greeting(): LiveEvent[] {
      return [
        ...(pipeline ? [{ event: "pipeline", data: pipeline } as const] : []),
        { event: "running", data: running },
      ];
    },
  };
}
