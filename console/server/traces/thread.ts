import { Worker } from "node:worker_threads";
import { HoldupError, isErrorCode } from "../../../core/errors.ts";
import type { Numbers, RequestName, Requests, ThreadMessage, TracesSettings } from "./protocol.ts";

/** Young generation, MiB: explaining creates much short-lived garbage. */
const youngGenerationMb = 16;

export type Thread = ReturnType<typeof startThread>;

export type ThreadEnd = { readonly why: string; readonly isOutOfMemory: boolean };

/** Starts a traces thread; it is not restarted when it dies. */
export function startThread(options: {
  readonly file: URL;
  readonly settings: TracesSettings;
  /** Old generation of its heap, MiB. */
  readonly heapMb: number;
  readonly onPoll: (error: string | undefined) => void;
  readonly onNumbered: (numbers: Numbers) => void;
  /** Not called after `end`. */
  readonly onDeath: (end: ThreadEnd) => void;
}) {
  const pending = new Map<number, PromiseWithResolvers<never>>();
  const worker = new Worker(options.file, {
    name: "traces",
    workerData: options.settings,
    resourceLimits: { maxOldGenerationSizeMb: options.heapMb, maxYoungGenerationSizeMb: youngGenerationMb },
  });
  let lastId = 0;
  let isAlive = true;
  let isEnding = false;
  let end: ThreadEnd = { why: "it exited", isOutOfMemory: false };

  worker.on("message", (message: ThreadMessage) => {
    if ("pollError" in message) return options.onPoll(message.pollError);
    if ("numbered" in message) return options.onNumbered(message.numbered);
    const waiting = pending.get(message.id);
    pending.delete(message.id);
    if ("response" in message) waiting?.resolve(message.response as never);
    else waiting?.reject(refused(message.refusal));
  });
  worker.on("error", (thrown: unknown) => {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    const isOutOfMemory = code === "ERR_WORKER_OUT_OF_MEMORY";
    end = { why: isOutOfMemory ? `it needed more than ${options.heapMb} MB` : String(thrown), isOutOfMemory };
  });
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      isAlive = false;
      for (const { reject } of pending.values()) reject(dead());
      pending.clear();
      if (!isEnding) options.onDeath(end);
      resolve();
    });
  });

  return {
    /** @throws the HoldupError of the thread; HOLDUP_TRACES_UNREADABLE when it is dead or dies before it responds */
    async request<Name extends RequestName>(
      name: Name,
      request: Requests[Name]["request"],
    ): Promise<Requests[Name]["response"]> {
      if (!isAlive) throw dead();
      lastId += 1;
      const waiting = Promise.withResolvers<never>();
      pending.set(lastId, waiting);
      worker.postMessage({ id: lastId, name, request });
      return waiting.promise;
    },
    async end(): Promise<void> {
      isEnding = true;
      await worker.terminate();
      await ended;
    },
  };
}

function refused({ code, message }: { readonly code: string; readonly message: string }): HoldupError {
  return new HoldupError(isErrorCode(code) ? code : "HOLDUP_INTERNAL", message);
}

function dead(): HoldupError {
  return new HoldupError(
    "HOLDUP_TRACES_UNREADABLE",
    "The thread that explains the traces has died and is being restarted. Try again in a moment.",
  );
}
