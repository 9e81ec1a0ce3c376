import { Worker } from "node:worker_threads";
import { HoldupError, isErrorCode } from "../../../core/errors.ts";
import type { AskName, Asks, Message, Numbers, TracesSettings } from "./protocol.ts";

/** Young generation, MiB: an explanation makes much that is soon of no use. */
const youngGenerationMb = 16;

export type Thread = ReturnType<typeof startThread>;

export type ThreadEnd = { readonly why: string; readonly isOutOfMemory: boolean };

/** Starts the thread that keeps the traces, for as long as it lives. */
export function startThread(options: {
  readonly file: URL;
  readonly settings: TracesSettings;
  /** MiB of its heap, the young generation not counted. */
  readonly heapMb: number;
  readonly onLooked: (trouble: string | undefined) => void;
  readonly onNumbered: (numbers: Numbers) => void;
  /** Not called for an end that was asked for. */
  readonly onDeath: (end: ThreadEnd) => void;
}) {
  const open = new Map<number, PromiseWithResolvers<never>>();
  const worker = new Worker(options.file, {
    name: "traces",
    workerData: options.settings,
    resourceLimits: { maxOldGenerationSizeMb: options.heapMb, maxYoungGenerationSizeMb: youngGenerationMb },
  });
  let lastId = 0;
  let isAlive = true;
  let isWanted = true;
  let end: ThreadEnd = { why: "it ended", isOutOfMemory: false };

  worker.on("message", (message: Message) => {
    if ("trouble" in message) return options.onLooked(message.trouble);
    if ("numbered" in message) return options.onNumbered(message.numbered);
    const waiting = open.get(message.id);
    open.delete(message.id);
    if ("answer" in message) waiting?.resolve(message.answer as never);
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
      for (const { reject } of open.values()) reject(away());
      open.clear();
      if (isWanted) options.onDeath(end);
      resolve();
    });
  });

  return {
    /** @throws HoldupError that the thread answered with; HOLDUP_TRACES_UNREADABLE when it is dead, or dies before it answers */
    async ask<Name extends AskName>(name: Name, ask: Asks[Name]["ask"]): Promise<Asks[Name]["answer"]> {
      if (!isAlive) throw away();
      lastId += 1;
      const waiting = Promise.withResolvers<never>();
      open.set(lastId, waiting);
      worker.postMessage({ id: lastId, name, ask });
      return waiting.promise;
    },
    async end(): Promise<void> {
      isWanted = false;
      await worker.terminate();
      await ended;
    },
  };
}

function refused({ code, message }: { readonly code: string; readonly message: string }): HoldupError {
  return new HoldupError(isErrorCode(code) ? code : "HOLDUP_INTERNAL", message);
}

function away(): HoldupError {
  return new HoldupError(
    "HOLDUP_TRACES_UNREADABLE",
    "What explains the traces has ended and is started again. Ask again in a moment.",
  );
}
