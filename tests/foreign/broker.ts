import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createProgress } from "../../core/progress.ts";
import { kafkaSpec } from "../../lab/embedded/infra/kafka.ts";
import { prepareInfra } from "../../lab/embedded/start/prepare-infra.ts";
import { readLabConfig } from "../../lab/settings/lab-config.ts";
import { statePaths } from "../../lab/state/paths.ts";
import { freePort } from "../../lab/system/ports/free-ports.ts";
import { endProcess } from "../../lab/system/process/end-process.ts";
import { startTimeOf } from "../../lab/system/process/identity.ts";
import { bareEnvironment, root } from "../holdup.ts";
import { testKafka } from "../kafka.ts";

export type Broker = { readonly address: string; stop(): Promise<void> };

const startWithinMs = 60_000;

/** Starts the lab's Kafka alone, on a free port and with an empty folder, which `stop` removes. */
export async function startBroker(): Promise<Broker> {
  const env = bareEnvironment();
  const prepare = await prepareInfra({
    root,
    env,
    external: { kafka: false, redis: true },
    progress: createProgress(process.stderr),
    signal: new AbortController().signal,
  });
  const runtime = await prepare();
  if (runtime.kind === "external") throw new Error("no Kafka can be started here");
  const parent = join(root, ".holdup", "foreign", "brokers");
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, "kafka-"));
  const port = await freePort("127.0.0.1");
  const address = `127.0.0.1:${port}`;
  const config = readLabConfig({ HOLDUP_KAFKA_PORT: `${port}`, HOLDUP_STATE_DIR: dir }, root);
  const spec = kafkaSpec({ root, env, config, paths: statePaths(dir), runtime, kafka: testKafka(address) });
  const { command, args, ...launch } = await spec.launch(0);
  const log = openSync(join(dir, "kafka.log"), "a");
  const child = spawn(command, args, { ...launch, stdio: ["ignore", log, log] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} does not start`);
  const identity = { pid, startTime: startTimeOf(pid) ?? "" };
  const killNow = () => child.kill("SIGKILL");
  process.once("exit", killNow);
  const stop = async () => {
    await endProcess(identity, { graceMs: 10_000 });
    process.off("exit", killNow);
    rmSync(dir, { recursive: true, force: true });
  };
  const deadline = Date.now() + startWithinMs;
  while (!(await spec.isReady(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`Kafka does not answer on ${address}`);
    }
    await delay(200);
  }
  return { address, stop };
}
