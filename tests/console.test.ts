import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { WindowAnswer } from "../console/api.ts";
import type { Explanation } from "../explain/explanation.ts";
import { launchBrowser } from "./browser.ts";
import { type ConsolePage, deliveriesKnown, live, openConsole, patience } from "./console-page.ts";
import { type Lab, pidOf, root, startLab } from "./holdup.ts";
import { accept, allDone } from "./orders.ts";

const views = ["pipeline", "lanes", "orders", "verdict", "send"] as const;
const screenshots = join(root, ".holdup", "screenshots");
const mostFirstLoadBytes = 300_000;

let lab: Lab;
let browser: Browser;
let opened: ConsolePage;
/** The burst that was sent from the page, as the console knows it. */
let burst: WindowAnswer;

beforeAll(async () => {
  // Started last: without a browser no lab is needed.
  browser = await launchBrowser();
  // Long enough that a person sees the blocking on the screenshots.
  lab = await startLab({ HOLDUP_WORKLOAD_SCALE: "0.2" });
  opened = await openConsole(browser, lab.consoleUrl);
  mkdirSync(screenshots, { recursive: true });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});
afterEach(() => {
  expect(opened.complaints.splice(0)).toEqual([]);
});

/** The burst in the lanes, without later orders. */
function lanesOf({ bars }: WindowAnswer, order?: string): string {
  const query = new URLSearchParams({
    from: `${Math.min(...bars.map(({ availableAtMs, startedAtMs }) => availableAtMs ?? startedAtMs))}`,
    to: `${Math.max(...bars.map(({ endedAtMs }) => endedAtMs))}`,
    ...(order !== undefined && { order }),
  });
  return `#/lanes?${query}`;
}

const severeOf = ({ bars }: WindowAnswer) => bars.toSorted((a, b) => b.costMs - a.costMs)[0];

describe("the console in a browser", () => {
  it("opens in a browser whose language Intl does not know", async () => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const language = { value: "en-US@posix", configurable: true };
    await page.addInitScript(`Object.defineProperty(navigator, "language", ${JSON.stringify(language)})`);
    await page.goto(lab.consoleUrl);
    await live(page);
  });

  it("explains what to do in an empty lab", async () => {
    await opened.go("#/lanes");
    await opened.page.getByText("No deliveries in the last 15 minutes.").waitFor();
    await opened.page.locator("main").getByRole("link", { name: "Send a burst" }).click();
    await opened.page.getByRole("heading", { name: "A burst of orders" }).waitFor();
  });

  it("sends a burst, shows it in the lanes as it runs, and names the severe order that held up another", async () => {
    const { page } = opened;
    const fromMs = Date.now();
    await opened.go("#/send");
    await page.getByRole("button", { name: "One severe order among ten" }).click();
    // Without a seed another order might draw longer work in another stage.
    await page.getByLabel("Seed").first().fill("72767091");
    await page.getByRole("button", { name: "Send the burst" }).click();
    await opened.go("#/lanes");
    await page.getByText("has been running for").waitFor();
    burst = await deliveriesKnown(lab.consoleUrl, 30, fromMs);
    // Each in its own numbers: the console numbers orders as their spans arrive, explain by their start.
    const explained = await lab.run("explain", "--json");
    const { orders }: Pick<Explanation, "orders"> = JSON.parse(explained.stdout);
    expect(burst.orders.map(({ id }) => id)).toEqual(orders.map(({ id }) => id));
    expect(burst.orders.map(({ name }) => name).sort()).toEqual(orders.map(({ name }) => name).sort());

    const severe = severeOf(burst);
    const held = burst.bars
      .filter((bar) => bar.blockedBy === severe?.id)
      .sort((a, b) => b.blockedMs - a.blockedMs)[0];
    if (!severe || !held) throw new Error("no order was held up");
    expect(severe).toMatchObject({ stage: "processing-service", intensity: "severe" });

    await page.locator(".headline").getByRole("button", { name: severe.orderName, exact: true }).waitFor();
    expect(await pixelsOf("--severe")).toBeGreaterThan(300);

    await page.getByText("Deliveries in view as a table").click();
    const row = page
      .locator(".visible-deliveries tr", { hasText: held.orderName })
      .filter({ hasText: "processing" });
    await row.getByRole("button", { name: held.orderName, exact: true }).first().click();
    const summary = page.locator(".lanes-aside [role=status]");
    await expect.poll(() => summary.innerText(), { timeout: 10_000 }).toContain(`${severe.orderName} (`);
    expect(burst.orders.find(({ id }) => id === held.order)?.worstBlocker?.orderName).toBe(severe.orderName);
    await page
      .locator(".lanes-aside .ranking")
      .getByRole("button", { name: severe.orderName, exact: true })
      .first()
      .waitFor();
    await page.locator(".lanes-aside").getByRole("button", { name: "Clear" }).click();
  }, 180_000);

  it("moves through deliveries with the keyboard, and opens an order", async () => {
    const { page } = opened;
    await opened.go("#/lanes");
    await page.getByRole("application").focus();
    await page.keyboard.press("ArrowRight");
    const heading = page.locator(".lanes-aside [role=status] h2");
    const first = await heading.innerText();
    expect(first).toMatch(/^Order \d+$/);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => heading.innerText()).not.toBe(first);
    await page.keyboard.press("+");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("0");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /^Order \d+$/ }).waitFor();
    await page.getByRole("button", { name: /^process orders processing-service/ }).click();
    await page.getByText("messaging.kafka.offset").waitFor();
  });

  it("zooms and pans the time of an order by wheel, pointer, keys and buttons, and shows the whole order again", async () => {
    const { page } = opened;
    const held = burst.bars.find(({ blockedBy }) => blockedBy === severeOf(burst)?.id);
    await opened.go(`#/order/${held?.order}`);
    const drawing = page.locator(".waterfall .time-drawing");
    const whole = page.getByRole("button", { name: "Whole order" });
    /** What is shown: the waterfall's axis (a short move may not change its texts) and the CPU lines. */
    const shown = (): Promise<[string, string]> =>
      page.evaluate(`[
        [...document.querySelectorAll(".waterfall .tick")]
          .map((tick) => tick.textContent + Math.round(tick.getBoundingClientRect().x)).join(),
        document.querySelector(".usage path").getAttribute("d"),
      ]`);
    await drawing.waitFor();
    // The last spans and usage samples of the order may arrive while its page is open.
    let all: readonly string[] = [];
    await expect
      .poll(
        async () => {
          const before = all;
          all = await shown();
          return String(all) === String(before);
        },
        { interval: 3_000, timeout: 30_000 },
      )
      .toBe(true);
    const changes = async (act: () => Promise<void>) => {
      const before = await shown();
      await act();
      await expect.poll(async () => (await shown())[0]).not.toBe(before[0]);
      expect((await shown())[1]).not.toBe(before[1]);
    };
    expect(await whole.isDisabled()).toBe(true);

    await drawing.hover({ position: { x: 200, y: 200 } });
    // Without Ctrl the wheel scrolls the page.
    await page.mouse.wheel(0, 100);
    await expect.poll(() => page.evaluate("scrollY")).toBeGreaterThan(0);
    await page.evaluate("scrollTo(0, 0)");
    expect(await shown()).toEqual(all);
    await page.keyboard.down("Control");
    await changes(() => page.mouse.wheel(0, -300));
    await page.keyboard.up("Control");
    await changes(async () => {
      await page.mouse.down();
      await page.mouse.move(1100, 400, { steps: 4 });
      await page.mouse.up();
    });
    await changes(() => page.getByRole("button", { name: "Zoom in" }).click());
    await changes(() => page.getByRole("button", { name: "Later" }).click());
    await page.screenshot({ path: join(screenshots, "order-zoomed-light-1280.png") });
    await page.locator(".row-name").first().focus();
    await changes(() => page.keyboard.press("+"));
    await changes(() => page.keyboard.press("Shift+ArrowLeft"));
    await changes(() => page.keyboard.press("0"));
    expect(await shown()).toEqual(all);
    await page.keyboard.press("+");
    await changes(() => whole.click());
    expect(await shown()).toEqual(all);

    // A click on a bar still works.
    await drawing.click({ position: { x: 3, y: 34 } });
    expect(await page.locator(".row-name").first().getAttribute("aria-pressed")).toBe("true");
  });

  it("gives the verdict of the burst, with the severe order as the worst", async () => {
    await opened.go("#/verdict");
    await opened.page
      .locator(".problem")
      .getByRole("heading", { name: / in processing/ })
      .first()
      .waitFor();
    const worst = opened.page
      .locator("section", { hasText: "Who held up others" })
      .locator("tbody tr")
      .first();
    expect(await worst.innerText()).toContain(severeOf(burst)?.orderName);
  });

  it("shows new orders without being reloaded, and a script in an item as text", async () => {
    const { page } = opened;
    await opened.go("#/orders");
    await page.evaluate("window.sameDocument = true");
    const item = `<img src="x" onerror="window.ran = true"><script>window.ran = true</script>`;
    const order = await accept(lab.apiUrl, {
      item,
      quantity: 1,
      workload: { business_logic: "json_processing" },
    });
    await page.getByText(item).first().waitFor();
    await allDone(lab.apiUrl, [order]);
    await opened.go(`#/order/${order.orderId}`);
    await page.getByText(order.traceId).waitFor();
    await opened.go("#/lanes");
    expect(
      await page.evaluate("[window.sameDocument, window.ran, document.querySelectorAll('main img').length]"),
    ).toEqual([true, undefined, 0]);
  });

  it("shows that the connection is lost, and reconnects", async () => {
    const { page, complaints } = opened;
    // A running burst, which the restarted console does not know.
    await opened.go("#/send");
    await page.getByRole("button", { name: "One severe order among ten" }).click();
    await page.getByLabel("Orders", { exact: true }).fill("3");
    await page.getByRole("button", { name: "Send the burst" }).click();
    await page.getByText("Accepted 3 of 3").waitFor();
    expect(await page.getByText("Nothing is wrong").count()).toBe(0);
    process.kill(pidOf(lab, "console"), "SIGKILL");
    await page.getByRole("region", { name: "Connection lost" }).waitFor();
    expect(await page.locator(".connection").innerText()).toBe("Connection lost");
    await live(page);
    await page.getByRole("region", { name: "Connection lost" }).waitFor({ state: "detached" });
    // Browsers report refused connections themselves.
    const refused = complaints.splice(0).filter((text) => !/ERR_(CONNECTION|INCOMPLETE|EMPTY)/.test(text));
    expect(refused).toEqual([]);

    await page.getByText("The console was restarted while this burst was running").waitFor();
    expect(await page.getByText("Nothing is wrong").count()).toBe(0);

    // The restarted console has another token.
    await page.getByRole("button", { name: "Send the order" }).click();
    await page.getByText("Accepted.").waitFor();
    await page.getByRole("link", { name: "Follow the order" }).click();
    const heading = page.getByRole("heading", { level: 1 });
    await page.getByText("Accepted; no stage has handled it yet").waitFor();
    await expect.poll(() => heading.innerText(), patience).toMatch(/^Order \d+$/);
    await page.locator(".sentence").waitFor({ timeout: 60_000 });
    await opened.go("#/lanes");
    // All orders that were sent, so that none is being handled.
    const known = await deliveriesKnown(lab.consoleUrl, 45, 0);
    expect(known).toMatchObject({ truncated: false });
    expect(known).not.toHaveProperty("numbersFromMs");
    // Orders keep their names.
    const names = new Map(known.orders.map(({ id, name }) => [id, name]));
    expect(burst.orders.map(({ id }) => [id, names.get(id)])).toEqual(
      burst.orders.map(({ id, name }) => [id, name]),
    );
  }, 180_000);

  it("retries to read deliveries", async () => {
    const other = await openConsole(browser, lab.consoleUrl);
    onTestFinished(() => other.close());
    let isDown = true;
    await other.page.route("**/api/window?*", (route) => {
      if (!isDown) return route.continue();
      const body = JSON.stringify({ detail: "Jaeger is down." });
      return route.fulfill({ status: 502, contentType: "application/problem+json", body });
    });
    await other.page.goto(`${lab.consoleUrl}/#/lanes`);
    await other.page.reload();
    const error = other.page.locator(".empty", { hasText: "could not be read. Jaeger is down." });
    await error.waitFor();
    isDown = false;
    await other.page.locator(".lanes-head .order-name").waitFor();
    await error.waitFor({ state: "detached" });
  });

  it.each(["light", "dark"] as const)("has no serious axe violations, %s", async (colorScheme) => {
    const { page } = opened;
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    onTestFinished(() => page.emulateMedia({ colorScheme: "light" }));
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const [order] = burst.orders;
    const lanes = [lanesOf(burst), lanesOf(burst, severeOf(burst)?.order)];
    for (const hash of [...views.map((view) => `#/${view}`), ...lanes, `#/order/${order?.id}`]) {
      await opened.go(hash);
      await settled(hash);
      const found: { id: string; impact: string; nodes: { html: string }[] }[] = await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
      );
      const serious = found
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html)]);
      expect({ hash, serious }).toEqual({ hash, serious: [] });
    }
  });

  it.each(["light", "dark"] as const)(
    "takes screenshots for a person to look at, %s",
    async (colorScheme) => {
      const held = burst.bars.filter(({ blockedBy }) => blockedBy === severeOf(burst)?.id)[0];
      const sizes = [
        { width: 1280, height: 800 },
        { width: 1920, height: 1080 },
        { width: 900, height: 700 },
      ];
      const shown = {
        ...Object.fromEntries(views.map((view) => [view, `#/${view}`])),
        order: `#/order/${held?.order}`,
      };
      for (const viewport of sizes) {
        const each = await openConsole(browser, lab.consoleUrl, { viewport, colorScheme });
        onTestFinished(() => each.close());
        for (const [name, hash] of Object.entries({
          ...shown,
          lanes: lanesOf(burst),
          selected: lanesOf(burst, held?.order),
        })) {
          await each.go(hash);
          await settled(hash, each);
          await each.page.screenshot({
            path: join(screenshots, `${name}-${colorScheme}-${viewport.width}.png`),
          });
          const overflow = await each.page.evaluate("document.documentElement.scrollWidth - innerWidth");
          expect({ name, viewport, overflow }).toEqual({ name, viewport, overflow: 0 });
        }
        expect(each.complaints).toEqual([]);
      }
    },
  );

  it("loads less than 300 kB when it is opened", () => {
    const dir = join(root, ".holdup", "console");
    const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.(html|css|js|svg)$/.test(name),
    );
    const bytes = files.reduce(
      (sum, name) => sum + brotliCompressSync(readFileSync(join(dir, name))).length,
      0,
    );
    expect(files.length).toBeGreaterThanOrEqual(4);
    expect(bytes).toBeLessThan(mostFirstLoadBytes);
  });
});

/** Waits until a view is complete. */
async function settled(hash: string, { page } = opened): Promise<void> {
  await page.getByText(/^Reading /).waitFor({ state: "detached" });
  if (hash.includes("order=")) await page.locator(".lanes-aside .ranking").first().waitFor();
  else if (hash.startsWith("#/lanes?")) await page.locator(".headline .order-name").waitFor();
  if (hash === "#/pipeline") await page.locator(".time-series canvas").first().waitFor();
  // Drawing is done in the next frame; the background of a button changes over some frames, so that its contrast is low at first.
  await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
  await page.evaluate(
    "Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => {})",
  );
}

/** The number of pixels of the lanes in a colour of the style sheet. */
function pixelsOf(colour: string): Promise<number> {
  return opened.page.evaluate(`(() => {
    const canvas = document.querySelector(".lanes-canvas");
    const probe = document.createElement("canvas").getContext("2d");
    canvas.style.color = "var(${colour})";
    probe.fillStyle = getComputedStyle(canvas).color;
    canvas.style.removeProperty("color");
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let n = 0; n < data.length; n += 4) if (data[n] === r && data[n + 1] === g && data[n + 2] === b) count += 1;
    return count;
  })()`);
}
