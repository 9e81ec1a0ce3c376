import { parentPort, workerData } from "node:worker_threads";
import { toHoldupError } from "../../../core/errors.ts";
import { keepTraces } from "./keep-traces.ts";
import type { AskName, Handlers, Message, Question } from "./protocol.ts";

/** The thread that keeps the traces: hands what it is asked to `keepTraces`. Named as programs are, so that nobody imports it. */
function send(message: Message): void {
  const bytes = "answer" in message && message.answer instanceof Uint8Array ? [message.answer.buffer] : [];
  parentPort?.postMessage(message, bytes);
}

const handlers = keepTraces(workerData, {
  onLooked: (trouble) => send({ trouble }),
  onNumbered: (numbered) => send({ numbered }),
});

async function answer<Name extends AskName>({ id, name, ask }: Question<Name>): Promise<void> {
  try {
    const handle: Handlers[Name] = handlers[name];
    send({ id, answer: await handle(ask) });
  } catch (thrown) {
    const { code, message } = toHoldupError(thrown);
    send({ id, refusal: { code, message } });
  }
}

parentPort?.on("message", (question: Question) => void answer(question));
