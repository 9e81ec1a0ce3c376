import { parentPort, workerData } from "node:worker_threads";
import { toHoldupError } from "../../../core/errors.ts";
import { keepTraces } from "./keep-traces.ts";
import type { Handlers, RequestMessage, RequestName, ThreadMessage } from "./protocol.ts";

/** The traces thread: passes requests to `keepTraces`. Named like a program, so that nothing imports it. */
function send(message: ThreadMessage): void {
  const transfer =
    "response" in message && message.response instanceof Uint8Array ? [message.response.buffer] : [];
  parentPort?.postMessage(message, transfer);
}

const handlers = keepTraces(workerData, {
  onPoll: (pollError) => send({ pollError }),
  onNumbered: (numbered) => send({ numbered }),
});

async function respond<Name extends RequestName>({ id, name, request }: RequestMessage<Name>): Promise<void> {
  try {
    const handle: Handlers[Name] = handlers[name];
    send({ id, response: await handle(request) });
  } catch (thrown) {
    const { code, message } = toHoldupError(thrown);
    send({ id, refusal: { code, message } });
  }
}

parentPort?.on("message", (message: RequestMessage) => void respond(message));
