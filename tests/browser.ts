import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { findProgram } from "../lab/system/process/find-program.ts";
import { root } from "./holdup.ts";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"];
const macPaths = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** A headless Chromium as an npm package, 66 MB, for Linux only: fetched when the machine has no browser. */
const packaged = "@sparticuz/chromium";
const packagedVersion = "153.0.0";

const help = `The console's tests need a Chromium. Install one, or name one in HOLDUP_TEST_BROWSER:
  Debian         sudo apt-get install -y chromium
  Fedora         sudo dnf install -y chromium
  macOS          brew install --cask google-chrome`;

type Found = { readonly path: string; readonly args: readonly string[] };

/** Launches a headless Chromium: HOLDUP_TEST_BROWSER, one on PATH, or the packaged one. @throws Error that says what to install */
export async function launchBrowser(): Promise<Browser> {
  const { path, args } = await findBrowser();
  // Chromium's sandbox does not work for root, and containers run tests as root.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: path, args: [...args, ...sandbox] });
}

async function findBrowser(): Promise<Found> {
  const named = process.env["HOLDUP_TEST_BROWSER"];
  if (named !== undefined && named !== "") {
    if (!existsSync(named))
      throw new Error(`HOLDUP_TEST_BROWSER is ${named}, which does not exist.\n${help}`);
    return { path: named, args: [] };
  }
  const installed = [...names.map((name) => findProgram(name, process.env)), ...macPaths].find(
    (path) => path !== undefined && existsSync(path),
  );
  return installed === undefined ? packagedBrowser() : { path: installed, args: [] };
}

async function packagedBrowser(): Promise<Found> {
  if (process.platform !== "linux") throw new Error(help);
  const dir = join(root, ".holdup", "test", "browser");
  const entry = join(dir, "node_modules", packaged, "build", "index.js");
  try {
    if (!existsSync(entry)) {
      const args = [
        "install",
        "--prefix",
        dir,
        "--no-save",
        "--no-audit",
        "--no-fund",
        `${packaged}@${packagedVersion}`,
      ];
      await promisify(execFile)("npm", args, { cwd: root });
    }
    const { default: browser } = await import(pathToFileURL(entry).href);
    // Its default arguments are for AWS Lambda: a single process, which ends when a page is closed, and no web security.
    return { path: String(await browser.executablePath()), args: ["--no-zygote"] };
  } catch (error) {
    throw new Error(`npm could not fetch a Chromium for the tests.\n${help}`, { cause: error });
  }
}
