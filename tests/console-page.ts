import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect, vi } from "vitest";
import type { WindowAnswer } from "../console/api.ts";

export const patience = { timeout: 30_000, interval: 100 };

/** A page of the console that records the complaints of the browser. */
export type ConsolePage = {
  readonly page: Page;
  /** Console errors, exceptions, violations of the content security policy, requests to other origins. */
  readonly complaints: string[];
  /** Goes to a view without reloading the page. */
  go(hash: string): Promise<void>;
  close(): Promise<void>;
};

export async function openConsole(
  browser: Browser,
  consoleUrl: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<ConsolePage> {
  const context: BrowserContext = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error.stack ?? error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(consoleUrl)) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`${consoleUrl}/`);
  await live(page).catch((cause) => {
    throw new Error(`the page does not follow the lab; the browser reports:\n${complaints.join("\n")}`, {
      cause,
    });
  });
  return {
    page,
    complaints,
    async go(hash) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await page.locator("main h1").first().waitFor();
    },
    close: () => context.close(),
  };
}

/** The token in the page. */
export async function pageToken(consoleUrl: string): Promise<string> {
  const html = await (await fetch(consoleUrl)).text();
  const token = /<meta name="holdup-token" content="([^"]+)"/.exec(html)?.[1];
  if (!token) throw new Error(`no token in ${html.slice(0, 300)}`);
  return token;
}

/** Waits until the page follows the lab. */
export function live(page: Page): Promise<void> {
  return page.locator(".connection-live").waitFor();
}

async function readWindow(consoleUrl: string, fromMs = 0): Promise<WindowAnswer> {
  const response = await fetch(`${consoleUrl}/api/window?fromMs=${fromMs}`);
  expect(response.status).toBe(200);
  return (await response.json()) as WindowAnswer;
}

/** Waits until the console knows `count` deliveries since `fromMs`; resolves to its window. */
export async function deliveriesKnown(
  consoleUrl: string,
  count: number,
  fromMs: number,
): Promise<WindowAnswer> {
  return vi.waitFor(
    async () => {
      const window = await readWindow(consoleUrl, fromMs);
      expect(window.bars.length).toBeGreaterThanOrEqual(count);
      return window;
    },
    { timeout: 120_000, interval: 250 },
  );
}
