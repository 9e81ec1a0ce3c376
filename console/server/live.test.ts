import { createServer } from "node:http";
import { connect } from "node:net";
import express, { type ErrorRequestHandler } from "express";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { closeServer, listen } from "../../shared/http/server.ts";
import type { LiveEvent } from "../api.ts";
import { createLive } from "./live.ts";

const running: LiveEvent = { event: "running", data: [] };

async function serve() {
  const onWatched = vi.fn();
  const live = createLive({ onWatched, firstEvents: () => [running] });
  const app = express();
  const failed: ErrorRequestHandler = (_thrown, _request, response, _next) => {
    response.status(503).end();
  };
  app.get("/", (request, response) => live.join(request, response));
  app.use(failed);
  const server = createServer(app);
  const port = await listen(server, 0, "127.0.0.1");
  onTestFinished(() => {
    live.stop();
    server.closeAllConnections();
    return closeServer(server);
  });
  const open = () => fetch(`http://127.0.0.1:${port}/`);
  return { live, onWatched, open, port };
}

describe("live events", () => {
  it("reach every page, and a new page gets the last known events first", async () => {
    const { live, open, onWatched } = await serve();
    const pages = await Promise.all([open(), open()]);
    expect(pages[0]?.headers.get("content-type")).toMatch(/^text\/event-stream/);
    live.send({ event: "deliveries", data: { version: 4, bars: [], orders: [] } });
    live.stop();
    for (const page of pages) {
      expect(await page.text()).toBe(
        'retry: 2000\n\nevent: running\ndata: []\n\nevent: deliveries\ndata: {"version":4,"bars":[],"orders":[]}\n\n',
      );
    }
    await vi.waitFor(() => expect(onWatched.mock.calls).toEqual([[true], [false]]));
    expect(live.isWatched()).toBe(false);
  });

  it("go to at most twenty pages", async () => {
    const { open } = await serve();
    const pages = await Promise.all(Array.from({ length: 20 }, open));
    expect(pages.every(({ status }) => status === 200)).toBe(true);
    expect((await open()).status).toBe(503);
    await pages[0]?.body?.cancel();
    await vi.waitFor(async () => expect((await open()).status).toBe(200));
  });

  it("are not buffered for a page that does not read them: it is disconnected", async () => {
    const { live, port } = await serve();
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
    socket.pause();
    await vi.waitFor(() => expect(live.isWatched()).toBe(true));
    const item = "x".repeat(100_000);
    const bars = Array.from({ length: 10 }, () => ({ item }));
    // 1 MB each; the system's own buffers take some.
    const event = JSON.parse(JSON.stringify({ event: "deliveries", data: { version: 1, bars, orders: [] } }));
    for (let n = 0; n < 40 && live.isWatched(); n += 1) {
      live.send(event);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(live.isWatched()).toBe(false));
  });
});
