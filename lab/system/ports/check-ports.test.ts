import { createServer, type Server } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { checkPorts } from "./check-ports.ts";
import { freePort } from "./free-ports.ts";

const own = "127.0.0.1";

async function listenOn(address: string): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => {
    server.close();
  });
  const bound = server.address();
  if (typeof bound !== "object" || !bound) throw new Error("no port");
  return bound.port;
}

function binding(port: number, owner: string) {
  return { port, address: own, owner, variable: "HOLDUP_X_PORT" };
}

it("passes when every port is free", async () => {
  await expect(checkPorts([binding(await freePort(own), "order API")], 0)).resolves.toBeUndefined();
});

it("lists every taken port with what needs it and what holds it, and a free offset", async () => {
  const [one, two, free] = [await listenOn(own), await listenOn("0.0.0.0"), await freePort(own)];
  const ports = [binding(one, "order API"), binding(two, "Kafka"), binding(free, "Redis")];
  const error = await checkPorts(ports, 0).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: "HOLDUP_PORT_TAKEN" });
  const message = String(error);
  expect(message).toContain(`${one} (order API) is held by pid ${process.pid}`);
  expect(message).toContain(`${two} (Kafka)`);
  expect(message).not.toContain(String(free));
  expect(message).toMatch(/--port-offset \d+00\b/);
});

it("finds a listener on the IPv6 address that `localhost` may resolve to", async (context) => {
  const port = await listenOn("::1").catch(() => context.skip("no IPv6 here"));
  await expect(checkPorts([binding(Number(port), "order API")], 0)).rejects.toThrow(/order API/);
});

it("adds the advised offset to the current one", async () => {
  const port = await listenOn(own);
  await expect(checkPorts([binding(port, "order API")], 7)).rejects.toThrow(/--port-offset \d*07\b/);
});

it("refuses the same port for two processes of the lab", async () => {
  const port = await freePort(own);
  await expect(checkPorts([binding(port, "order API"), binding(port, "Kafka")], 0)).rejects.toThrow(
    /order API\) is also the port of Kafka/,
  );
});
