import { expect, it } from "vitest";
import { readLabConfig } from "./lab-config.ts";
import { settlePorts } from "./lab-ports.ts";

it("gives the API and the console free ports where 0 asks for them, and tells them to all who need them", async () => {
  const config = readLabConfig({ HOLDUP_API_PORT: "0", HOLDUP_CONSOLE_PORT: "0" }, "/lab");
  const { ports, apiUrl, consoleUrl } = await settlePorts(config);
  expect(Math.min(ports.api, ports.console)).toBeGreaterThan(0);
  expect([apiUrl, consoleUrl]).toEqual([ports.api, ports.console].map((port) => `http://127.0.0.1:${port}`));
});

it("leaves everything else as it is", async () => {
  const config = readLabConfig({ HOLDUP_CONSOLE_URL: "http://lab.example" }, "/lab");
  expect(await settlePorts(config)).toEqual(config);
});
