import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";
import { type StageName, stageNames } from "../shared/pipeline/stages.ts";

const posted = z.looseObject({ item: z.string(), seed: z.number() });
type PostedOrder = z.infer<typeof posted>;

export type StubApi = {
  readonly url: string;
  /** Bodies of the POSTs, in order of arrival. */
  readonly posts: readonly PostedOrder[];
  /** How often each order was checked. */
  readonly looks: ReadonlyMap<string, number>;
  readonly stop: () => Promise<void>;
};

type StubBehaviour = {
  /** Answers the POST with this number, from 1; default: 202. */
  readonly onPost?: (number: number, request: IncomingMessage, response: ServerResponse) => void;
  /** State of the order at the n-th check, from 1; default: all stages done. */
  readonly onLook?: (number: number, look: number) => OrderProgress;
  /** The answer of the health probe. */
  readonly health?: object;
};
type OrderProgress = { readonly status: string; readonly done: readonly StageName[] };

/** An HTTP server for tests that follows the order API's contract except where `behaviour` changes it. */
export async function startStubApi(behaviour: StubBehaviour = {}): Promise<StubApi> {
  const { onPost = (number, _, response) => accept(number, response) } = behaviour;
  const { onLook = () => ({ status: "done", done: stageNames }) } = behaviour;
  const { health = { status: "ok", checks: {} } } = behaviour;
  const posts: PostedOrder[] = [];
  const looks = new Map<string, number>();

  const server = createServer((request, response) => {
    const id = /^\/order\/(.+)$/.exec(request.url ?? "")?.[1];
    if (request.method === "POST") {
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        const number = posts.push(posted.parse(JSON.parse(body)));
        onPost(number, request, response);
      });
    } else if (id !== undefined) {
      const look = (looks.get(id) ?? 0) + 1;
      looks.set(id, look);
      const { status, done } = onLook(Number(id.slice("order-".length)), look);
      const now = new Date().toISOString();
      const stages = Object.fromEntries(done.map((stage) => [stage, { startedAt: now, endedAt: now }]));
      answer(response, 200, { orderId: id, status, stages });
    } else {
      answer(response, 200, health);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the stub has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    posts,
    looks,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function accept(number: number, response: ServerResponse): void {
  const orderId = `order-${number}`;
  const traceId = number.toString(16).padStart(32, "0");
  answer(response, 202, { orderId, traceId, status: "accepted", links: { order: `/order/${orderId}` } });
}

export function refuse(status: number, title: string, response: ServerResponse): void {
  answer(response, status, { type: "urn:holdup:problem:test", title, status });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}
