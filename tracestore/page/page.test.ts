import { describe, expect, it } from "vitest";
import { sampleResource, sampleSpan } from "../testing/sample.ts";
import { startTestStore } from "../testing/start-store.ts";
import { styleHash } from "./html.ts";

const attack = `"><script>alert('x')</script>&`;

describe("the pages", () => {
  it("escapes whatever comes from a span or from the address", async () => {
    const { query, send } = await startTestStore();
    await send(sampleResource(attack, [sampleSpan({ name: attack })]));
    const paths = [
      "/",
      "/search?service=%3Cscript%3E",
      "/trace/0af7651916cd43dd8448eb211c80319c",
      "/trace/ab",
    ];
    for (const path of paths) {
      const html = await (await fetch(query + path)).text();
      expect(html).not.toMatch(/<script/i);
      expect(html).toMatch(/^<!doctype html>/);
    }
    const trace = await (await fetch(`${query}${paths[2]}`)).text();
    expect(trace).toContain("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;");
  });

  it("allows itself no script, no form, no frame and nothing from elsewhere", async () => {
    const { query } = await startTestStore();
    const answer = await fetch(`${query}/`);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = answer.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src '${styleHash}'`);
    expect(policy).not.toContain("unsafe-inline");
    expect(await answer.text()).not.toMatch(/src=|@import|url\(/);
  });

  it("links only to what answers", async () => {
    const { query, send } = await startTestStore();
    await send(sampleResource("shop & co", [sampleSpan({})]));
    for (const page of ["/", "/trace/0af7651916cd43dd8448eb211c80319c"]) {
      const html = await (await fetch(query + page)).text();
      const links = [...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1]?.replaceAll("&amp;", "&"));
      expect(links.length).toBeGreaterThan(1);
      for (const link of links) expect([link, (await fetch(query + link)).status]).toEqual([link, 200]);
    }
  });

  it("shows service, start and duration of each span", async () => {
    const { query, send } = await startTestStore();
    const second = { startTimeUnixNano: "1700000000002500000", endTimeUnixNano: "1700000000004000000" };
    await send(
      sampleResource("shop", [
        sampleSpan({}),
        sampleSpan({ ...second, spanId: "2".repeat(16), name: "later" }),
      ]),
    );
    const html = await (await fetch(`${query}/trace/0af7651916cd43dd8448eb211c80319c`)).text();
    expect(html).toContain(
      '<tr><td>later</td><td>shop</td><td class="n">2.500</td><td class="n">1.500</td></tr>',
    );
  });

  it("says that a trace is missing, or that an id is none", async () => {
    const { query } = await startTestStore();
    expect((await fetch(`${query}/trace/ab`)).status).toBe(404);
    expect((await fetch(`${query}/trace/xyz`)).status).toBe(400);
  });

  it("answers probes and figures", async () => {
    const { get, send, storage } = await startTestStore();
    await send(sampleResource("shop", [sampleSpan({})]));
    expect(await get("/healthz")).toEqual({ status: 200, body: { status: "ok" } });
    expect(await get("/readyz")).toEqual({ status: 200, body: { status: "ready" } });
    expect((await get("/api/holdup/stats")).body).toEqual({
      spans: 1,
      traces: 1,
      evictedSpans: 0,
      lateSpans: 0,
      unsweptSpans: 0,
      bytes: expect.any(Number),
    });
    storage.close();
    expect((await get("/readyz")).status).toBe(503);
    expect((await get("/healthz")).status).toBe(200);
  });
});
