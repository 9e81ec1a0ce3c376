import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { describeLag } from "../shared/kafka/offsets.ts";
import { serviceNames, stages } from "../shared/pipeline/stages.ts";
import { type Lab, processesOf, startLab } from "./holdup.ts";
import { testKafka } from "./kafka.ts";
import { accept, light, readOrder } from "./orders.ts";
import { readTrace } from "./traces.ts";

const patience = { timeout: 30_000, interval: 100 };
/** The shortest that a broker allows. */
const sessionTimeoutMs = 6000;
const seed = 124;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({
    HOLDUP_SESSION_TIMEOUT_MS: `${sessionTimeoutMs}`,
    // With this seed an operation takes 16 s alone on two cores, and here two run at the same time.
    HOLDUP_WORKLOAD_SCALE: "3",
    HOLDUP_WORKER_THREADS: "2",
  });
});
afterAll(() => lab.stop());

/** How often each service has joined its group since it started. */
function joins(): Record<string, number> {
  const count = (name: string) =>
    readFileSync(join(lab.stateDir, "logs", `${name}.log`), "utf8").split('"msg":"joined group').length - 1;
  return Object.fromEntries(stages.map(({ group }) => `${group}-1`).map((name) => [name, count(name)]));
}

async function started(orderId: string, stage: string): Promise<void> {
  await vi.waitFor(
    async () => expect((await readOrder(lab.apiUrl, orderId)).stages[stage]).toBeDefined(),
    patience,
  );
}

/** Duration of an operation that must have run exactly once. */
function durationMs(traceId: string, name: string): Promise<number> {
  return vi.waitFor(async () => {
    const [span, ...more] = (await readTrace(lab.jaegerUrl, traceId)).filter((one) => one.name === name);
    expect(more).toEqual([]);
    if (!span) throw new Error(`no span ${name} yet`);
    return (span.endUs - span.startUs) / 1000;
  }, patience);
}

describe("while two services compute at the same time", () => {
  it("both stay in their groups and answer, although a message takes far longer than the session time-out", async () => {
    const kafka = testKafka(lab.kafkaBrokers);
    const admin = kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    const members = async () => {
      const { groups } = await admin.describeGroups(stages.map(({ group }) => group));
      return groups.flatMap(({ members }) => members.map(({ memberId }) => memberId)).sort();
    };
    const membersBefore = await members();
    expect(membersBefore).toHaveLength(stages.length);
    const joinsBefore = joins();
    expect(Object.values(joinsBefore)).not.toContain(0);

    const send = (severe: Record<string, string>) =>
      accept(lab.apiUrl, { item: "a", quantity: 1, seed, workload: { ...light, ...severe } });
    const analysed = await send({ data_analysis: "extreme_cpu_computation" });
    await started(analysed.orderId, "analytics");
    const processed = await send({ business_logic: "extreme_cpu_computation" });

    const healthUrls = processesOf(lab)
      .filter(({ kind }) => kind === "service")
      .map(({ port }) => `http://127.0.0.1:${port}/healthz`);
    const answers = new Set<unknown>();
    const memberships = new Set<string>();
    await vi.waitFor(
      async () => {
        const ask = (url: string) => fetch(url).then(({ status }) => status, String);
        for (const answer of await Promise.all(healthUrls.map(ask))) answers.add(answer);
        memberships.add((await members()).join());
        const orders = [analysed, processed].map(({ orderId }) => readOrder(lab.apiUrl, orderId));
        for (const { status } of await Promise.all(orders)) expect(status).toBe("done");
      },
      { timeout: 200_000, interval: 100 },
    );
    // A consumer that was removed from its group notices when it commits.
    await vi.waitFor(async () => {
      for (const { lag } of await describeLag(kafka)) expect(lag).toBe(0);
    }, patience);

    expect(healthUrls).toHaveLength(serviceNames.length);
    expect([...answers]).toEqual([200]);
    expect([...memberships]).toEqual([membersBefore.join()]);
    expect(joins()).toEqual(joinsBefore);
    // Otherwise the test proves nothing: raise the scale.
    expect(await durationMs(analysed.traceId, "data_analysis")).toBeGreaterThan(sessionTimeoutMs);
    expect(await durationMs(processed.traceId, "business_logic")).toBeGreaterThan(sessionTimeoutMs);
  }, 240_000);
});
