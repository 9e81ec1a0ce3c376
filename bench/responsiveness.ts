/**
 * How long /healthz of each service takes to answer during a burst of severe orders, and whether a group was rebalanced.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "hdr-histogram-js";
import { type Lab, processesOf, startLab } from "../tests/holdup.ts";

const orders = Number(process.argv[2] ?? 4);
const pollMs = 20;

function joins(lab: Lab): number {
  const names = processesOf(lab)
    .filter(({ kind }) => kind === "service")
    .map(({ name }) => name);
  return names
    .map((name) => readFileSync(join(lab.stateDir, "logs", `${name}.log`), "utf8"))
    .reduce((sum, log) => sum + log.split('"msg":"joined group').length - 1, 0);
}

const lab = await startLab({ HOLDUP_WORKLOAD_SCALE: "1" });
try {
  const services = processesOf(lab).filter(({ kind }) => kind === "service");
  const latencies = new Map(services.map(({ name }) => [name, build({ numberOfSignificantValueDigits: 3 })]));
  const before = joins(lab);
  const polls: Promise<void>[] = [];
  const timer = setInterval(() => {
    for (const { name, port } of services) {
      const startedMs = performance.now();
      const asked = fetch(`http://127.0.0.1:${port}/healthz`).then((response) => response.arrayBuffer());
      polls.push(asked.then(() => latencies.get(name)?.recordValue((performance.now() - startedMs) * 1000)));
    }
  }, pollMs);
  const forced = [
    "--force",
    "all:business_logic=extreme_cpu_computation",
    "--force",
    "all:data_analysis=extreme_cpu_computation",
  ];
  const { stdout } = await lab.run("burst", "--count", `${orders}`, "--seed", "1", ...forced);
  clearInterval(timer);
  await Promise.all(polls);
  console.log(stdout);
  const ms = (micros: number) => Number((micros / 1000).toFixed(1));
  console.table(
    [...latencies].map(([service, latency]) => ({
      service,
      requests: latency.totalCount,
      "p50 ms": ms(latency.getValueAtPercentile(50)),
      "p99 ms": ms(latency.getValueAtPercentile(99)),
      "max ms": ms(latency.maxValue),
    })),
  );
  console.log(`groups joined during the burst: ${joins(lab) - before}`);
} finally {
  await lab.stop();
}
