import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { withDeadline } from "../../core/deadline.ts";
import { messageOf } from "../../core/errors.ts";
import { closeServer, listen } from "./server.ts";

export type Checks = Readonly<Record<string, () => Promise<void>>>;

/** Limit of a readiness check, ms: a paused broker never answers. */
const checkTimeoutMs = 2500;

async function outcome(check: () => Promise<void>): Promise<string> {
  const tooLate = () => new Error(`no answer within ${checkTimeoutMs} ms`);
  return withDeadline(check(), checkTimeoutMs, tooLate).then(() => "ok", messageOf);
}

/** Runs all checks at the same time; `ready` when each answers "ok". */
async function readiness(checks: Checks): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const names = Object.keys(checks);
  const outcomes = await Promise.all(Object.values(checks).map(outcome));
  return {
    ready: outcomes.every((answer) => answer === "ok"),
    checks: Object.fromEntries(names.map((name, index) => [name, outcomes[index] ?? "ok"])),
  };
}

/**
 * Answers /healthz (the event loop runs) and /readyz (the dependencies answer, and a consumer is in its group).
 *
 * @returns false for any other path
 */
export async function answerProbe(
  request: IncomingMessage,
  response: ServerResponse,
  checks: Checks,
): Promise<boolean> {
  if (request.url !== "/healthz" && request.url !== "/readyz") return false;
  const answer = request.url === "/healthz" ? { ready: true, checks: {} } : await readiness(checks);
  response.writeHead(answer.ready ? 200 : 503, { "content-type": "application/json" });
  response.end(`${JSON.stringify({ status: answer.ready ? "ok" : "unavailable", checks: answer.checks })}\n`);
  return true;
}

/** Serves the probes of a service without an API. Resolves to its port. */
export async function startProbes(options: { host: string; port: number; checks: Checks }) {
  const server = createServer((request, response) => {
    void answerProbe(request, response, options.checks).then((answered) => {
      if (!answered) response.writeHead(404).end("This service answers /healthz and /readyz.\n");
    });
  });
  const port = await listen(server, options.port, options.host);
  return { port, stop: () => closeServer(server) };
}
