import { expect, it, onTestFinished } from "vitest";
import { pageToken } from "./console-page.ts";
import { processesOf, startLab } from "./holdup.ts";

it("finds the API on a free port, and is found on its own free port by the trace store's redirect", async () => {
  const lab = await startLab({ HOLDUP_API_PORT: "0", HOLDUP_CONSOLE_PORT: "0" });
  onTestFinished(() => lab.stop());
  const port = processesOf(lab).find(({ kind }) => kind === "console")?.port;
  const consoleUrl = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${consoleUrl}/api/orders`, {
    method: "POST",
    headers: {
      origin: consoleUrl,
      "x-holdup-token": await pageToken(consoleUrl),
      "content-type": "application/json",
    },
    body: JSON.stringify({ item: "book", quantity: 1 }),
  });
  expect(await answer.json()).toMatchObject({ orderId: expect.any(String) });
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const redirect = await fetch(`${lab.jaegerUrl}/trace/${traceId}`, { redirect: "manual" });
  expect(redirect.headers.get("location")).toBe(`${consoleUrl}/#/trace/${traceId}`);
});
