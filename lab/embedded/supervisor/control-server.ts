import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";
import { toHoldupError } from "../../../core/errors.ts";

const request = z.discriminatedUnion("do", [
  z.object({ do: z.literal("restart"), service: z.string() }),
  z.object({ do: z.literal("scale"), service: z.string(), replicas: z.number().int() }),
  z.object({ do: z.literal("release") }),
]);

export type ControlRequest = z.output<typeof request>;

const maxBytes = 10_000;

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  let body = "";
  for await (const chunk of incoming.setEncoding("utf8")) {
    body += chunk;
    if (body.length > maxBytes) throw new Error("The request is too long.");
  }
  return JSON.parse(body);
}

/**
 * Serves requests of `scale`, `restart` and `stop` on a loopback port, with a token that only the owner of the process list
 * can read. The answer is JSON lines: `{say}` during the work, then `{done}` or `{failed, code}`.
 */
export async function startControlServer(
  handle: (request: ControlRequest, say: (line: string) => void) => Promise<void>,
): Promise<{ port: number; token: string; close: () => void }> {
  const token = randomBytes(24).toString("base64url");
  const expected = Buffer.from(`Bearer ${token}`);
  // One after the other: a `scale` during a `restart` of the same service would remove replicas that it restarts.
  let last: Promise<void> = Promise.resolve();

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = Buffer.from(incoming.headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(401).end();
      return;
    }
    const line = (value: object) => response.write(`${JSON.stringify(value)}\n`);
    try {
      const parsed = request.parse(await readBody(incoming));
      response.writeHead(200, { "content-type": "application/jsonl" });
      response.flushHeaders();
      const work = () => handle(parsed, (say) => line({ say }));
      if (parsed.do === "release") {
        await work();
      } else {
        const turn = last.then(work);
        last = turn.catch(() => {});
        await turn;
      }
      line({ done: true });
    } catch (thrown) {
      const { message, code } = toHoldupError(thrown);
      if (!response.headersSent) response.writeHead(400);
      line({ failed: message, code });
    }
    response.end();
  }

  const server = createServer((incoming, response) => {
    // A client that has disconnected gets no answer; the work continues.
    response.on("error", () => {});
    void answer(incoming, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound ? bound.port : 0,
    token,
    close: () => server.close(),
  };
}
