import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import express from "express";
import { expect, it, onTestFinished } from "vitest";
import { closeServer, listen } from "../../shared/http/server.ts";
import { pageFiles } from "./page-files.ts";

const script = "console.log('a long script')";
const index = '<!doctype html><head><meta name="holdup-token" content="" /></head>';

async function serve(files: Readonly<Record<string, string | Buffer>>) {
  const dir = mkdtempSync(join(tmpdir(), "holdup-page-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, "assets"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  const app = express();
  app.use(pageFiles(dir, "the-token"));
  const server = createServer(app);
  const port = await listen(server, 0, "127.0.0.1");
  onTestFinished(() => closeServer(server));
  return (path: string, encoding = "identity") =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { "accept-encoding": encoding } });
}

it("sends the token in the page, which is never cached", async () => {
  const get = await serve({ "index.html": index });
  const answer = await get("/");
  expect(await answer.text()).toContain('<meta name="holdup-token" content="the-token" />');
  expect(answer.headers.get("cache-control")).toBe("no-store");
});

it("explains how to build a missing page", async () => {
  const answer = await (await serve({}))("/");
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("npm run build:page")]);
});

it("sends assets in the best encoding the browser accepts, cached forever", async () => {
  const get = await serve({ "assets/a-1.js": script, "assets/a-1.js.br": brotliCompressSync(script) });
  const compressed = await get("/assets/a-1.js", "gzip, br");
  expect(compressed.headers.get("content-encoding")).toBe("br");
  expect(compressed.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(compressed.headers.get("cache-control")).toContain("immutable");
  expect(compressed.headers.get("vary")).toBe("accept-encoding");
  expect(await compressed.text()).toBe(script);
  const plain = await get("/assets/a-1.js");
  expect([plain.headers.get("content-encoding"), await plain.text()]).toEqual([null, script]);
});

it("sends nothing outside the page's folder, and no other kinds of files", async () => {
  const get = await serve({ "index.html": index, "secret.env": "x", ".hidden.js": "x" });
  for (const path of [
    "/../package.json",
    "/..%2fpackage.json",
    "/secret.env",
    "/.hidden.js",
    "/assets",
    "/a.js",
  ]) {
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  }
});
