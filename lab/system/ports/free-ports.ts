import { connect, createServer } from "node:net";

/** The system's code for why the port cannot be listened on, such as EADDRINUSE; undefined when it can. */
export function listenError(port: number, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function answers(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: address, timeout: 500 });
    const say = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => say(true));
    socket.once("timeout", () => say(false));
    socket.once("error", () => say(false));
  });
}

/**
 * True when nobody else is reached at the port. Binding alone does not tell: macOS lets one bind 127.0.0.1 beside a
 * listener on 0.0.0.0, and a listener on [::] would answer those who say "localhost".
 */
export async function isFree(port: number, address: string): Promise<boolean> {
  if ((await listenError(port, address)) !== undefined) return false;
  const reached = await Promise.all([answers(port, "127.0.0.1"), answers(port, "::1")]);
  return !reached.includes(true);
}
