/**
 * How a foreign pipeline is run, for `./holdup test --foreign` and for recording.
 *
 *     programs/<language>/   small programs with the roles api, billing and mailer, one for each library
 *     libraries.ts           which program, variant and scenarios each library has
 *     scenarios.ts           what shop-api sends, how many replicas of billing there are, when one is killed
 *     toolchains.ts          installs a language's programs in `.holdup/foreign/`
 *
 * A run creates two topics, starts mailer and billing, waits until their groups are stable, starts shop-api, waits until mailer
 * has handled every order, and ends all processes. Each process writes its part of the truth log and sends its spans to a
 * sink. Programs read only the environment: OTEL_* as their users would set it, and
 *
 *     PIPELINE_BROKERS      host:port
 *     PIPELINE_RUN          prefix of the topics `<run>.in` and `<run>.out`; groups are `billing` and `mailer`
 *     PIPELINE_CONSUMER     number of the replica: in the truth log a consumer is `billing-1`
 *     PIPELINE_TRUTH        file to append the truth log to
 *     PIPELINE_ORDERS       what shop-api sends: `id:atMs:key:workMs`, separated by commas
 *     PIPELINE_SESSION_MS   session timeout
 *     PIPELINE_VARIANT      how to handle messages; the program knows its variants
 *
 * The truth log has one JSON object a line; times are seconds since 1970:
 *
 *     {"ev":"sent","id","topic","t"}   {"ev":"acked","id","topic","p","o","t"}   {"ev":"assigned","c","t","ps"}
 *     {"ev":"handled","c","id","topic","p","o","ts","s","e","b","tp"}
 *
 * `b`: when the batch with the message was handed over, only for batches; `tp`: the message's traceparent, where the program
 * sees the producer's.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { withAdmin } from "../../shared/kafka/admin.ts";
import { bareEnvironment, root } from "../holdup.ts";
import { testKafka } from "../kafka.ts";
import type { Library, Role } from "./libraries.ts";
import { neutral } from "./neutral.ts";
import type { Recording } from "./recording.ts";
import { type Scenario, type ScenarioName, scenarios } from "./scenarios.ts";
import { startSink } from "./sink.ts";
import type { Toolchain } from "./toolchains.ts";

const partitions = 3;
/** The shortest that a broker accepts by default. */
const sessionMs = 6000;
/** A virtual machine with an agent needs half a minute on a busy machine. */
const joinWithinMs = 120_000;
const doneWithinMs = 120_000;
const endWithinMs = 30_000;
const pollMs = 200;

type Running = { readonly child: ChildProcess; readonly truth: string; readonly log: string };

async function until(
  what: string,
  withinMs: number,
  isTrue: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`${what} took more than ${withinMs / 1000} s`);
    await delay(pollMs);
  }
}

function readTruth(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Runs one library through one scenario against a broker, and ends all its processes. */
export async function runPipeline(options: {
  name: string;
  library: Library;
  scenario: ScenarioName;
  toolchain: Toolchain;
  brokers: string;
}): Promise<Recording> {
  const { name, library, toolchain, brokers } = options;
  const scenario: Scenario = scenarios[options.scenario];
  const run = `${name}.${randomBytes(2).toString("hex")}`;
  const dir = join(root, ".holdup", "foreign", "runs", name);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const kafka = testKafka(brokers);
  const sink = await startSink();
  const children: Running[] = [];
  const killAll = () => {
    for (const { child } of children) child.kill("SIGKILL");
  };
  process.once("exit", killAll);

  function start(role: Role, consumer: number): Running {
    const [command, ...args] = library.command(toolchain.dir, role);
    const truth = join(dir, `${role}-${consumer}.truth.jsonl`);
    const log = join(dir, `${role}-${consumer}.log`);
    const out = openSync(log, "a");
    const orders = scenario.orders.map(({ id, atMs, key, workMs }) => `${id}:${atMs}:${key}:${workMs}`);
    const child = spawn(command, args, {
      cwd: toolchain.dir,
      env: {
        ...bareEnvironment(),
        OTEL_SERVICE_NAME: { api: "shop-api", billing: "billing", mailer: "mailer", both: "shop-worker" }[
          role
        ],
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
        OTEL_METRICS_EXPORTER: "none",
        OTEL_LOGS_EXPORTER: "none",
        PIPELINE_BROKERS: brokers,
        PIPELINE_RUN: run,
        PIPELINE_CONSUMER: `${consumer}`,
        PIPELINE_TRUTH: truth,
        PIPELINE_ORDERS: orders.join(","),
        PIPELINE_SESSION_MS: `${sessionMs}`,
        PIPELINE_VARIANT: library.variant,
      },
      stdio: ["ignore", out, out],
    });
    const running = { child, truth, log };
    children.push(running);
    return running;
  }

  /** @throws Error when a process that should still run has ended */
  function checkAlive(): void {
    for (const { child, log } of children) {
      if (child.exitCode === null || child.exitCode === 0) continue;
      throw new Error(`${name}: exit status ${child.exitCode}\n${readFileSync(log, "utf8").slice(-2000)}`);
    }
  }

  const members = new Map([
    ["billing", scenario.replicas],
    ["mailer", 1],
  ]);
  async function everyGroup(
    isRight: (group: { groupId: string; state: string; members: unknown[] }) => boolean,
  ) {
    checkAlive();
    const { groups } = await withAdmin(kafka, "a group look-up", (admin) =>
      admin.describeGroups([...members.keys()]),
    );
    return groups.every(isRight);
  }
  const haveJoined = () =>
    everyGroup(
      ({ groupId, state, members: found }) => state === "Stable" && found.length === members.get(groupId),
    );

  async function end(running: Running): Promise<void> {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), endWithinMs);
    await ended;
    clearTimeout(killer);
  }

  try {
    await withAdmin(kafka, "topics", (admin) =>
      admin.createTopics({
        topics: [`${run}.in`, `${run}.out`].map((topic) => ({ topic, numPartitions: partitions })),
      }),
    );
    // A killed member of the run before stays for its session.
    await until(`${name}: the groups of the run before`, joinWithinMs, () =>
      everyGroup((group) => group.members.length === 0),
    );
    const consumers = library.oneProcess
      ? [start("both", 1)]
      : [start("mailer", 1), ...Array.from({ length: scenario.replicas }, (_, n) => start("billing", n + 1))];
    await until(`${name}: joining the groups`, joinWithinMs, haveJoined);
    // Cooperative assignors rebalance once more after all have joined.
    await delay(1500);
    await until(`${name}: joining the groups again`, joinWithinMs, haveJoined);

    const api = start("api", 1);
    if (scenario.killAtOrder !== undefined) {
      const sent = `"id":${scenario.killAtOrder},`;
      await until(`${name}: the order before the kill`, doneWithinMs, () => {
        checkAlive();
        return readTruth(api.truth).replaceAll(" ", "").includes(sent);
      });
      children.find(({ truth }) => truth.includes("billing-1"))?.child.kill("SIGKILL");
    }
    const last = consumers[0];
    await until(`${name}: handling all orders`, doneWithinMs, () => {
      checkAlive();
      const ids = readTruth(last?.truth ?? "")
        .split("\n")
        .filter((line) => line.includes(`${run}.out`) && line.includes("handled"))
        .map((line) => /"id": ?(\d+)/.exec(line)?.[1]);
      return new Set(ids).size === scenario.orders.length;
    });
    for (const running of children) await end(running);
    const truth = children.flatMap((running) => readTruth(running.truth).trim().split("\n"));
    return {
      spans: `${sink.lines().map(neutral).join("\n")}\n`,
      truth: `${truth.filter((line) => line !== "").join("\n")}\n`,
    };
  } finally {
    killAll();
    process.off("exit", killAll);
    await sink.stop();
  }
}
