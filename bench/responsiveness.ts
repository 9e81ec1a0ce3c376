/**
 * How long /healthz of each service takes to answer during a burst of severe orders, and whether a group was rebalanced.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { percentilesOf } from "../core/percentiles.ts";
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
  const latencies = new Map(services.map(({ name }): [string, number[]] => [name, []]));
  const before = joins(lab);
  const polls: Promise<void>[] = [];
  const timer = setInterval(() => {
    for (const { name, port } of services) {
      const startedMs = performance.now();
      const asked = fetch(`http://127.0.0.1:${port}/healthz`).then((response) => response.arrayBuffer());
      polls.push(asked.then(() => void latencies.get(name)?.push(performance.now() - startedMs)));
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
  const tenths = (ms = 0) => Number(ms.toFixed(1));
  console.table(
    [...latencies].map(([service, latency]) => {
      const times = percentilesOf(latency);
      return {
        service,
        requests: latency.length,
        "p50 ms": tenths(times?.p50),
        "p99 ms": tenths(times?.p99),
        "max ms": tenths(times?.max),
      };
    }),
  );
  console.log(`groups joined during the burst: ${joins(lab) - before}`);
} finally {
  await lab.stop();
}
