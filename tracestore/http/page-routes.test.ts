import { describe, expect, it } from "vitest";
import { sampleResource, sampleSpan } from "../testing/sample.ts";
import { startTestStore } from "../testing/start-store.ts";

const consoleUrl = "http://127.0.0.1:8090/";

async function look(query: string, path: string) {
  const answer = await fetch(query + path, { redirect: "manual" });
  return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
}

describe("requests for pages", () => {
  it.each([
    ["/", "http://127.0.0.1:8090/"],
    ["/search?service=shop", "http://127.0.0.1:8090/"],
    ["/trace/AB", `http://127.0.0.1:8090/#/trace/${"ab".padStart(32, "0")}`],
  ])("redirects %s to the console", async (path, location) => {
    const { query } = await startTestStore({ consoleUrl });
    expect(await look(query, path)).toMatchObject({ status: 302, location });
  });

  it.each(["/", "/search", "/trace/ab"])(
    "explains at %s where to see traces when there is no console",
    async (path) => {
      const { query } = await startTestStore();
      const { status, location, text } = await look(query, path);
      expect([status, location]).toEqual([200, null]);
      expect(text).toContain("See traces in Holdup's console");
    },
  );

  it("refuses an invalid id instead of putting it into an address", async () => {
    const { query } = await startTestStore({ consoleUrl });
    for (const id of ["xyz", "ab%0d%0aset-cookie:a", "%3Cscript%3E"]) {
      expect(await look(query, `/trace/${id}`)).toMatchObject({ status: 400, location: null });
    }
  });
});

it("answers probes and counts", async () => {
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
