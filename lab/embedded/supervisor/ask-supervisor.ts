import { request } from "node:http";
import { createInterface } from "node:readline";
import { z } from "zod";
import { HoldupError, isErrorCode } from "../../../core/errors.ts";
import type { LabFile } from "../../state/lab-file.ts";
import type { ControlRequest } from "./control-server.ts";

const answerLine = z.union([
  z.object({ say: z.string() }),
  z.object({ done: z.literal(true) }),
  z.object({ failed: z.string(), code: z.string() }),
]);

/** A line is incomplete when the supervisor dies while writing it. */
function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * Sends one request to the supervisor and forwards its messages until it is done. `silentMs` limits the wait for the first
 * byte.
 *
 * @throws HoldupError from the supervisor, or HOLDUP_LAB_NOT_RUNNING when it does not answer
 */
export function askSupervisor(
  supervisor: LabFile["supervisor"],
  body: ControlRequest,
  options: { say: (line: string) => void; silentMs: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = (cause?: unknown) =>
      reject(
        new HoldupError(
          "HOLDUP_LAB_NOT_RUNNING",
          `The supervisor (pid ${supervisor.pid}) does not answer. ./holdup stop ends everything it started.`,
          { cause },
        ),
      );
    const sent = request({
      host: "127.0.0.1",
      port: supervisor.port,
      method: "POST",
      agent: false,
      headers: { authorization: `Bearer ${supervisor.token}` },
    });
    const timer = setTimeout(() => sent.destroy(new Error("no answer")), options.silentMs);
    sent.once("error", lost);
    sent.once("response", (response) => {
      clearTimeout(timer);
      response.once("error", lost);
      createInterface({ input: response })
        .on("line", (line) => {
          const { data: answer } = answerLine.safeParse(jsonIn(line));
          if (!answer) return;
          if ("say" in answer) options.say(answer.say);
          else if ("done" in answer) resolve();
          else {
            const { failed, code } = answer;
            reject(new HoldupError(isErrorCode(code) ? code : "HOLDUP_INTERNAL", failed));
          }
        })
        .once("close", () => lost());
    });
    sent.end(JSON.stringify(body));
  });
}
