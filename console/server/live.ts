import type { Request, Response } from "express";
import { HoldupError } from "../../core/errors.ts";
import type { LiveEvent } from "../api.ts";

const mostPages = 20;
/** A page that has so much unread is too slow; it comes back by itself and asks for its window. */
const mostUnreadBytes = 4 * 1024 * 1024;
const heartbeatMs = 15_000;
const retryMs = 2_000;

export type Live = ReturnType<typeof createLive>;

/** Server-sent events to all pages: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function createLive(options: {
  /** Told when the first page comes and when the last one goes. */
  readonly onWatched: (isWatched: boolean) => void;
  /** What a page that comes is told at once. */
  readonly greeting: () => readonly LiveEvent[];
}) {
  const pages = new Set<Response>();
  let heartbeat: NodeJS.Timeout | undefined;

  function write(page: Response, block: string | Buffer): void {
    if (page.writableLength > mostUnreadBytes) page.destroy();
    else page.write(block);
  }

  function leave(page: Response): void {
    if (!pages.delete(page) || pages.size > 0) return;
    clearInterval(heartbeat);
    options.onWatched(false);
  }

  return {
    isWatched: () => pages.size > 0,
    /** @throws HoldupError HOLDUP_PAGES_TOO_MANY */
    join(_request: Request, page: Response): void {
      if (pages.size >= mostPages) {
        throw new HoldupError(
          "HOLDUP_PAGES_TOO_MANY",
          `${mostPages} pages of this console are open already. Close one.`,
        );
      }
      page.set({
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      page.flushHeaders();
      page.write(`retry: ${retryMs}\n\n`);
      pages.add(page);
      page.once("close", () => leave(page));
      page.on("error", () => leave(page));
      for (const event of options.greeting()) write(page, textOf(event));
      if (pages.size > 1) return;
      heartbeat = setInterval(() => {
        for (const each of pages) write(each, ": still here\n\n");
      }, heartbeatMs);
      options.onWatched(true);
    },
    send(event: LiveEvent): void {
      if (pages.size === 0) return;
      const text = textOf(event);
      for (const page of pages) write(page, text);
    },
    /** The same for data that are JSON already. */
    sendJson(event: LiveEvent["event"], json: Uint8Array): void {
      if (pages.size === 0) return;
      const block = Buffer.concat([Buffer.from(`event: ${event}\ndata: `), json, Buffer.from("\n\n")]);
      for (const page of pages) write(page, block);
    },
    /** Ends all streams; their pages try again until somebody answers. */
    stop(): void {
      for (const page of pages) page.end();
    },
  };
}

function textOf({ event, data }: LiveEvent): string {
  // JSON has no line breaks of its own, so that one data line is enough.
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
