import type { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Server = ReturnType<typeof createServer>;

export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Longest time that unfinished answers can delay a stop, ms. */
const closeWithinMs = 15_000;

/** Stops listening, drops idle connections, and waits for unfinished answers; closes the remaining connections after 15 s. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), closeWithinMs);
  await closed;
  clearTimeout(cut);
}
