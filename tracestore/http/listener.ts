import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HoldupError } from "../../core/errors.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export type ListenerOptions = {
  readonly host: string;
  /** 0 chooses a free port. */
  readonly port: number;
  /** Purpose of the port and the variable that sets it, for the error message when it is taken. */
  readonly purpose: string;
  readonly variable: string;
  readonly handler: Handler;
};

export type Listener = { readonly port: number; readonly stop: () => Promise<void> };

/** Time within which a request, body included, must have arrived. */
const requestTimeoutMs = 30_000;
/** Longer than the 5 s between two batches of an exporter, so that we do not close a connection while it sends. */
const keepAliveTimeoutMs = 65_000;
const stopGraceMs = 5_000;

/** Starts an HTTP server; throws HOLDUP_PORT_TAKEN. `stop` lets running requests finish, up to five seconds. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  let isStopping = false;
  const server = createServer(
    { requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveTimeoutMs },
    (request, response) => {
      if (isStopping) response.setHeader("connection", "close");
      response.on("close", () => {
        // The connection counts as idle one turn of the event loop after its answer.
        if (isStopping) setImmediate(() => server.closeIdleConnections());
      });
      options.handler(request, response);
    },
  );
  await listen(server, options);
  return {
    port: portOf(server),
    stop: async () => {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const force = setTimeout(() => server.closeAllConnections(), stopGraceMs);
      await closed;
      clearTimeout(force);
    },
  };
}

function listen(server: Server, { host, port, purpose, variable }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new HoldupError(
          "HOLDUP_PORT_TAKEN",
          error.code === "EADDRINUSE"
            ? `Port ${port} on ${host} is taken; the trace store needs it for ${purpose}. Stop what uses it, or set ${variable}.`
            : `Cannot listen on ${host} port ${port} for ${purpose} (${error.message}). Check HOLDUP_HOST and ${variable}.`,
          { cause: error },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The server has no port");
  return address.port;
}
