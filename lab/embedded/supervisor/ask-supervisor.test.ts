import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { askSupervisor } from "./ask-supervisor.ts";

/** A supervisor with the same answer to every request. */
async function startStub(answer: string) {
  const server = createServer((_, response) => void response.end(answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const bound = server.address();
  const port = typeof bound === "object" && bound ? bound.port : 0;
  return { pid: 4711, startTime: "then", port, token: "secret" };
}

const release = { do: "release" } as const;

it("forwards messages until the request is done", async () => {
  const said: string[] = [];
  const supervisor = await startStub('{"say":"one"}\n{"say":"two"}\n{"done":true}\n');
  await askSupervisor(supervisor, release, { say: (line) => said.push(line), silentMs: 5000 });
  expect(said).toEqual(["one", "two"]);
});

it.each(['{"say":"one"}\n{"sa', "<html>\n", ""])(
  "treats an incomplete answer as none: %j",
  async (answer) => {
    const request = askSupervisor(await startStub(answer), release, { say: () => {}, silentMs: 5000 });
    await expect(request).rejects.toMatchObject({
      code: "HOLDUP_LAB_NOT_RUNNING",
      message: expect.stringContaining("pid 4711"),
    });
  },
);
