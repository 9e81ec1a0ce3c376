import { settledWithin } from "../../core/deadline.ts";
import type { LiveEvent, PipelineState, RunningBar } from "../api.ts";
import type { PipelineReading } from "./pipeline-state.ts";
import type { Running } from "./traces/protocol.ts";

const pollEveryMs = 1_000;
const runningTimeoutMs = 500;

/**
 * Once a second, while a page is open: reads the pipeline and sends its state and the messages being handled. It also requests
 * the changes of the traces, which can take longer than a second.
 */
export function createLivePoll(options: {
  readonly read: () => Promise<PipelineReading>;
  /** Drops samples that are wrong after a pause. */
  readonly resetRates: () => void;
  /** Sends the changes of the traces. Never rejects. */
  readonly sendChanges: (running: Running) => Promise<void>;
  readonly send: (event: LiveEvent) => void;
}) {
  const { send } = options;
  let timer: NodeJS.Timeout | undefined;
  let isWatched = false;
  let isSendingChanges = false;
  let pipeline: PipelineState | undefined;
  let running: readonly RunningBar[] = [];
  let readAtMs = Number.NEGATIVE_INFINITY;

  async function read(): Promise<void> {
    readAtMs = performance.now();
    ({ pipeline, running } = await options.read());
  }

  async function sendChanges(): Promise<void> {
    if (isSendingChanges) return;
    isSendingChanges = true;
    await options.sendChanges(runningNow());
    isSendingChanges = false;
  }

  async function poll(): Promise<void> {
    const startedMs = performance.now();
    await read();
    if (pipeline) send({ event: "pipeline", data: pipeline });
    send({ event: "running", data: running });
    void sendChanges();
    if (!isWatched) return;
    timer = setTimeout(pollAgain, Math.max(100, pollEveryMs - (performance.now() - startedMs)));
  }

  function pollAgain(): void {
    void poll();
  }

  function runningNow(): Running {
    return running.map(({ order, stage }) => ({ order, stage }));
  }

  return {
    setWatched(watched: boolean): void {
      isWatched = watched;
      clearTimeout(timer);
      if (!watched) return;
      options.resetRates();
      pollAgain();
    },
    /** The messages being handled; read now if no page is open. A slow read is not waited for: most answers do without it. */
    async running(): Promise<Running> {
      if (!isWatched && performance.now() - readAtMs >= pollEveryMs) {
        await settledWithin(read(), runningTimeoutMs);
      }
      return runningNow();
    },
    /** The last state, for a page that has just been opened. */
    lastEvents(): LiveEvent[] {
      return [
        ...(pipeline ? [{ event: "pipeline", data: pipeline } as const] : []),
        { event: "running", data: running },
      ];
    },
  };
}
