import { connect, createServer } from "node:net";

/** A port that nothing listens on now, chosen by the system. */
export function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, address, () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === "object" && bound ? bound.port : 0));
    });
  });
}

/** The system's error code, such as EADDRINUSE, when listening on the port fails; undefined when it works. */
export function listenError(port: number, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function acceptsConnections(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: address, timeout: 500 });
    const finish = (isConnected: boolean) => {
      socket.destroy();
      resolve(isConnected);
    };
    socket.once("connect", () => finish(true));
    socket.once("timeout", () => finish(false));
    socket.once("error", () => finish(false));
  });
}

/**
 * Whether nothing else listens on the port. Binding alone does not prove it: macOS allows binding 127.0.0.1 next to a
 * listener on 0.0.0.0, and a listener on [::] would answer clients that connect to "localhost".
 */
export async function isFree(port: number, address: string): Promise<boolean> {
  if ((await listenError(port, address)) !== undefined) return false;
  const connected = await Promise.all([
    acceptsConnections(port, "127.0.0.1"),
    acceptsConnections(port, "::1"),
  ]);
  return !connected.includes(true);
}
