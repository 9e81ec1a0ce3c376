import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { type Explanation, explanation as explanationShape } from "../explain/explanation.ts";
import { readLastBurst } from "../lab/burst/last-burst.ts";
import { stages, topics } from "../shared/pipeline/stages.ts";
import { bareEnvironment, describeLab, type Lab, root, startLab } from "./holdup.ts";
import { readTrace, type SpanView } from "./traces.ts";

/** Spans start at whole milliseconds. */
const precisionUs = 1000;
const count = 10;
const severe = 3;

let lab: Lab;
let burst: { stdout: string; code: number };
let orders: readonly Order[];

/** An order of the burst, and its handling in processing. */
type Order = {
  readonly number: number;
  readonly traceId: string;
  readonly run: SpanView;
  readonly availableUs: number;
};

beforeAll(async () => {
  lab = await startLab({ HOLDUP_WORKLOAD_SCALE: "0.05" });
  const light = stages
    .flatMap(({ operationSpans }) => operationSpans)
    .flatMap((span) => ["--force", `all:${span}=json_processing`]);
  const args = ["--count", `${count}`, "--rate", "50", ...light];
  // The first orders of a lab run on cold services, so the orders under test come after them.
  await lab.run("burst", ...args);
  burst = await lab.run("burst", ...args, "--force", `${severe}:business_logic=extreme_cpu_computation`);
  orders = await ordersOf(lab);
});
afterAll(() => lab.stop());

async function ordersOf({ stateDir, jaegerUrl }: Lab): Promise<Order[]> {
  const summary = await readLastBurst(stateDir);
  return Promise.all(
    (summary?.orders ?? []).map(async ({ number, traceId = "" }) => {
      const spans = await readTrace(jaegerUrl, traceId);
      const run = spans.find(({ name }) => name === "process orders");
      const send = spans.find(({ name }) => name === "send orders");
      if (!run || !send) throw new Error(`order ${number} has no spans`);
      return { number, traceId, run, availableUs: send.endUs };
    }),
  );
}

/**
 * How long the severe order ran while another order was available but not started: with one consumer, that order waited for it.
 */
function behindUs(one: Order): number {
  const culprit = orders[severe - 1];
  if (!culprit || one === culprit) return 0;
  return Math.min(one.run.startUs, culprit.run.endUs) - Math.max(one.availableUs, culprit.run.startUs);
}

function culpritSpanId(): string {
  const culprit = orders[severe - 1];
  if (!culprit) throw new Error("no severe order");
  return culprit.run.spanId;
}

async function explainedAs(...args: string[]): Promise<Explanation> {
  const { code, stdout, stderr } = await lab.run("explain", ...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return explanationShape.parse(JSON.parse(stdout));
}

/** Numbers of the orders whose wait for processing names the severe one. */
function namedBehind({ orders: found }: Explanation): number[] {
  return found
    .filter(({ deliveries }) =>
      deliveries.some(({ wait }) => wait?.blockers.some(({ spanId }) => spanId === culpritSpanId())),
    )
    .map(({ name }) => Number(name.replace("order ", "")));
}

describe("explain --burst last", () => {
  it("names the severe order as the blocker of exactly the orders behind it", async () => {
    const explanation = await explainedAs("--burst", "last");
    expect(explanation.orders.map(({ name }) => name).sort()).toEqual(
      Array.from({ length: count }, (_, n) => `order ${n + 1}`).sort(),
    );
    const surely = orders.filter((one) => behindUs(one) > precisionUs).map(({ number }) => number);
    const perhaps = orders.filter((one) => behindUs(one) > -precisionUs).map(({ number }) => number);
    expect(surely.length).toBeGreaterThan(2);
    const named = namedBehind(explanation).sort((a, b) => a - b);
    expect(named).toEqual(expect.arrayContaining(surely));
    expect(perhaps).toEqual(expect.arrayContaining(named));
    expect(explanation.blockers[0]).toMatchObject({
      order: `order ${severe}`,
      spanId: culpritSpanId(),
      work: { operation: "extreme_cpu_computation", intensity: "severe" },
      cost: { messages: named.length },
    });
  });

  it("has a sentence for each order, which names the severe one and its operation if that held it up", async () => {
    const explanation = await explainedAs("--burst", "last");
    const { stdout } = await lab.run("explain", "--burst", "last", "--orders");
    const text = stdout.replaceAll(/\s+/g, " ");
    for (const { name, sentence, deliveries } of explanation.orders) {
      expect(text).toContain(sentence);
      expect(sentence).toMatch(new RegExp(`^Order ${name.slice(6)} took `));
      const behind = deliveries
        .flatMap(({ wait }) => wait?.blockers ?? [])
        .find(({ spanId }) => spanId === culpritSpanId());
      // Less than 5 ms, or a fiftieth of the wait, is not mentioned.
      const waitNs = Math.max(...deliveries.map(({ wait }) => wait?.ns ?? 0));
      if (behind && behind.ns > Math.max(5e6, waitNs / 10)) {
        expect(sentence).toContain(`order ${severe} (\`extreme_cpu_computation\`, severe, partition `);
      }
    }
  });

  it("is summarised at the end of a burst", () => {
    expect(burst.code).toBe(0);
    expect(burst.stdout).toContain("processing (topic orders): ");
    expect(burst.stdout).toContain(`Order ${severe} cost the others most`);
    expect(burst.stdout.trimEnd()).toMatch(
      /The full explanation:\n {2}\.\/holdup explain --burst last --all$/,
    );
    expect(burst.stdout).not.toContain("have arrived");
  });
});

describe("explain --trace", () => {
  it("explains only that order, and cuts its waits into segments that add up to them", async () => {
    const victim = orders.toSorted((a, b) => behindUs(b) - behindUs(a))[0];
    const explanation = await explainedAs("--trace", victim?.traceId ?? "");
    expect(explanation.orders.map(({ traceId }) => traceId)).toEqual([victim?.traceId]);
    const deliveries = explanation.orders.flatMap((order) => order.deliveries);
    expect(deliveries.map(({ topic }) => topic)).toEqual(topics);
    for (const { wait } of deliveries) {
      const sumNs = wait?.segments?.reduce((ns, { fromAtNs, toAtNs }) => ns + toAtNs - fromAtNs, 0);
      expect(sumNs).toBe(wait?.ns);
    }
    const evidence = deliveries[0]?.wait?.segments?.flatMap((segment) => segment.evidence) ?? [];
    expect(evidence.map(({ spanId }) => spanId)).toContain(culpritSpanId());

    const { stdout } = await lab.run("explain", "--trace", victim?.traceId ?? "");
    expect(stdout).toContain(`span ${culpritSpanId()}`);
  });

  it("reports that there is no such trace", async () => {
    const { code, stdout, stderr } = await lab.run("explain", "--trace", "f".repeat(32));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^\S+ has no trace f+\. .*\n$/);
  });
});

describe("explain --fail-on", () => {
  it.each([
    [["wait.max>0ms"], 1, /^wait\.max>0ms holds: it is [\d.]+ \S+\.\n$/],
    [["wait.max>20h"], 0, /^$/],
    [
      ["wait.max>1000min", "processing-service.blocked.max>0ms"],
      1,
      /^processing-service\.blocked\.max>0ms holds/,
    ],
    [["billing.wait.p99>1ms"], 1, /^billing\.wait\.p99>1ms fails: there is no stage billing/],
    [["wait.p99>1"], 2, /expected a time such as .* for wait\.p99, not "1"\./],
  ])("%j exits with %i", async (conditions, exits, says) => {
    const options = conditions.flatMap((condition) => ["--fail-on", condition]);
    const { code, stderr } = await lab.run("explain", "--burst", "last", ...options);
    expect(code).toBe(exits);
    expect(stderr).toMatch(says);
  });
});

it("prints JSON that the committed schema allows, for the last ten minutes", async () => {
  const schema = z.fromJSONSchema(JSON.parse(await readFile("docs/explain.schema.json", "utf8")));
  const { code, stdout } = await lab.run("explain", "--json");
  expect(code).toBe(0);
  const printed = JSON.parse(stdout);
  expect(schema.safeParse(printed).error).toBeUndefined();
  expect(printed.orders.length).toBeGreaterThanOrEqual(2 * count);
});

it("explains a saved answer of Jaeger without a lab, and creates no state folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdup-explain-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const service = "processing-service";
  const answer = await fetch(`${lab.jaegerUrl}/api/traces?service=${service}&limit=1000`);
  await writeFile(join(folder, "traces.json"), await answer.text());
  const nowhere = await describeLab();
  const { code, stdout, stderr } = await nowhere.run("explain", "--file", join(folder, "traces.json"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("(`extreme_cpu_computation`, severe, partition ");
  await expect(readFile(nowhere.stateDir)).rejects.toMatchObject({ code: "ENOENT" });

  const byUrl = await nowhere.run("explain", "--jaeger", lab.jaegerUrl, "--last", "10m");
  expect(byUrl.code).toBe(0);
  expect(byUrl.stdout).toContain("(`extreme_cpu_computation`, severe, partition ");
});

it("says with --check that the lab's own spans lack nothing", async () => {
  const { code, stdout, stderr } = await lab.run("explain", "--check");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
    /^Read \d+ spans in \d+ traces: they can be explained, and nothing is lacking\./,
  );
});

describe("explain of empty input", () => {
  const receive = { traceId: "1", id: "1", kind: "CONSUMER", timestamp: 1, duration: 1 };
  const tags = { "messaging.destination.name": "t", "messaging.operation.type": "receive" };

  it.each([
    ["", /is empty\. It should hold/],
    ["[]", /^No spans could be read from .*\.\n\nInput .*\n1 × The input holds no spans\. First: /],
    [
      JSON.stringify([{ ...receive, id: "x" }]),
      /^No spans could be read from .*1 × The id of spans has a form/s,
    ],
    [
      JSON.stringify([{ ...receive, tags }]),
      /^1 span in 1 trace, and none shows .*Record\s+a\s+span\s+of\s+kind\s+CONSUMER/s,
    ],
  ])("exits with 1 and reports what is empty: %j", async (content, says) => {
    const folder = await mkdtemp(join(tmpdir(), "holdup-explain-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "traces.json");
    await writeFile(path, content);
    const nowhere = await describeLab();
    const { code, stdout, stderr } = await nowhere.run("explain", "--file", path);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(says);
    if (content.includes("receive")) {
      expect(stderr).toMatch(/^What to add$/m);
      const check = await nowhere.run("explain", "--file", path, "--check");
      expect({ code: check.code, stderr: check.stderr }).toEqual({ code: 1, stderr: "" });
      expect(check.stdout).toContain('Span span = kafkaTracing.nextSpan(record).name("on-message").start();');
    }
    const asJson = await nowhere.run("explain", "--file", path, "--json");
    expect({ code: asJson.code, stderr: asJson.stderr }).toEqual({ code, stderr });
    if (content !== "") expect(explanationShape.parse(JSON.parse(asJson.stdout)).orders).toEqual([]);
  });

  it("reports a window without orders", async () => {
    const { code, stdout, stderr } = await lab.run("explain", "--last", "1ms");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^The lab has no orders from the last 1 ms\. Send orders with \.\/holdup burst/);
  });
});

it.runIf(process.platform === "linux")("reports in one line that its result cannot be written", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdup-explain-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "traces.json");
  await writeFile(path, "[]");
  const command = `"${join(root, "holdup")}" explain --json --file "${path}" > /dev/full`;
  const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = spawn("sh", ["-c", command], { env: { ...bareEnvironment(), HOLDUP_STATE_DIR: folder } });
    let said = "";
    child.stderr.on("data", (data) => {
      said += data;
    });
    child.on("close", (status) => resolve({ code: status, stderr: said }));
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The result cannot be written: ENOSPC.*\n$/);
});

describe("explain without a lab", () => {
  it.each([
    [[], 1, /No lab is running: .*\.\/holdup start.*--jaeger URL, --file F/],
    [["--burst", "last"], 2, /No burst has been sent.*\.\/holdup burst/],
    [["--trace", "zz\u001b[31m"], 2, /^--trace zz\\u001b\[31m: expected up to 32 hex digits\.\n$/],
    [["--\u001b[31m"], 2, /^error: unknown option '--\\u001b\[31m'\n$/],
    [["traces.json"], 2, /^To explain a file: \.\/holdup explain --file traces\.json$/m],
    [["--file", "nowhere.json"], 1, /There is no file nowhere\.json\./],
    [["--jaeger", "http://127.0.0.1:9"], 1, /http:\/\/127\.0\.0\.1:9 does not answer/],
    [["--jaeger", "here:16686"], 2, /^here:16686 begins with neither .* Write it as http:\/\/here:16686\.$/m],
    [["--last", "soon"], 2, /--last soon: expected a time such as/],
  ])("answers %j in one line", async (args, exits, says) => {
    const { code, stdout, stderr } = await (await describeLab()).run("explain", ...args);
    expect({ code, stdout }).toEqual({ code: exits, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
