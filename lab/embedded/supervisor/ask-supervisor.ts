import { request } from "node:http";
import { createInterface } from "node:readline";
import { z } from "zod";
import { HoldupError, isErrorCode } from "../../../core/errors.ts";
import type { LabFile } from "../state/lab-file.ts";
import type { ControlRequest } from "./control-server.ts";

const answerLine = z.union([
  z.object({ say: z.string() }),
  z.object({ done: z.literal(true) }),
  z.object({ failed: z.string(), code: z.string() }),
]);

/** A line is cut short when the supervisor dies while it writes it. */
function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * Sends one request to the supervisor and passes on what it says until it is done. `silentMs` bounds the wait for the
 * first byte.
 *
 * @throws HoldupError of the supervisor's own, or HOLDUP_LAB_NOT_RUNNING when it does not answer
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
    const asking = request({
      host: "127.0.0.1",
      port: supervisor.port,
      method: "POST",
      agent: false,
      headers: { authorization: `Bearer ${supervisor.token}` },
    });
    const timer = setTimeout(() => asking.destroy(new Error("no answer")), options.silentMs);
    asking.once("error", lost);
    asking.once("response", (response) => {
      clearTimeout(timer);
      response.once("error", lost);
      createInterface({ input: response })
        .on("line", (line) => {
          const said = answerLine.safeParse(jsonIn(line));
          if (!said.success) return;
          if ("say" in said.data) options.say(said.data.say);
          else if ("done" in said.data) resolve();
          else {
            const { failed, code } = said.data;
            reject(new HoldupError(isErrorCode(code) ? code : "HOLDUP_INTERNAL", failed));
          }
        })
        .once("close", () => lost());
    });
    asking.end(JSON.stringify(body));
  });
}
