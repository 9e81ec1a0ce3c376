import type { Request, Response } from "express";
import { HoldupError } from "../../core/errors.ts";
import type { LiveEvent } from "../api.ts";

const maxPages = 20;
/** A page with more unread data is disconnected; it reconnects and loads its window again. */
const maxUnreadBytes = 4 * 1024 * 1024;
const heartbeatMs = 15_000;
const retryMs = 2_000;

/** Server-sent events to all pages: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function createLive(options: {
  /** Called when the first page connects and when the last one leaves. */
  readonly onWatched: (isWatched: boolean) => void;
  /** Sent to a page when it connects. */
  readonly firstEvents: () => readonly LiveEvent[];
}) {
  const pages = new Set<Response>();
  let heartbeat: NodeJS.Timeout | undefined;

  function write(page: Response, block: string | Buffer): void {
    if (page.writableLength > maxUnreadBytes) page.destroy();
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
      if (pages.size >= maxPages) {
        throw new HoldupError(
          "HOLDUP_PAGES_TOO_MANY",
          `${maxPages} pages of this console are open, which is the limit. Close one.`,
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
      for (const event of options.firstEvents()) write(page, textOf(event));
      if (pages.size > 1) return;
      heartbeat = setInterval(() => {
        for (const each of pages) write(each, ": heartbeat\n\n");
      }, heartbeatMs);
      options.onWatched(true);
    },
    send(event: LiveEvent): void {
      if (pages.size === 0) return;
      const text = textOf(event);
      for (const page of pages) write(page, text);
    },
    /** Sends data that is JSON already. */
    sendJson(event: LiveEvent["event"], json: Uint8Array): void {
      if (pages.size === 0) return;
      const block = Buffer.concat([Buffer.from(`event: ${event}\ndata: `), json, Buffer.from("\n\n")]);
      for (const page of pages) write(page, block);
    },
    /** Ends all streams; the pages retry until a console answers. */
    stop(): void {
      for (const page of pages) page.end();
    },
  };
}

function textOf({ event, data }: LiveEvent): string {
  // JSON.stringify writes no line breaks, so one data line is enough.
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
