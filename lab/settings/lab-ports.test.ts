import { expect, it } from "vitest";
import { readLabConfig } from "./lab-config.ts";
import { assignFreePorts } from "./lab-ports.ts";

it("replaces port 0 of the API and the console with free ports, in their addresses too", async () => {
  const config = readLabConfig({ HOLDUP_API_PORT: "0", HOLDUP_CONSOLE_PORT: "0" }, "/lab");
  const { ports, apiUrl, consoleUrl } = await assignFreePorts(config);
  expect(Math.min(ports.api, ports.console)).toBeGreaterThan(0);
  expect([apiUrl, consoleUrl]).toEqual([ports.api, ports.console].map((port) => `http://127.0.0.1:${port}`));
});

it("changes nothing else", async () => {
  const config = readLabConfig({ HOLDUP_CONSOLE_URL: "http://lab.example" }, "/lab");
  expect(await assignFreePorts(config)).toEqual(config);
});
