/**
 * CPU time of an order in all services with tracing and sampling on, and off, at medium intensity. Three labs get the same
 * orders at the same rate in turns; the third has tracing on again, to show the noise.
 */
import pidusage from "pidusage";
import { operationSpans, serviceNames } from "../shared/pipeline/stages.ts";
import { type Lab, pidOf, startLab } from "../tests/holdup.ts";

const rounds = Number(process.argv[2] ?? 8);
const count = 10;
const ratePerSecond = 1.5;
const processes = serviceNames.map((name) => `${name}-1`);

const on = { HOLDUP_WORKLOAD_SCALE: "1" };
const arms = [
  { name: "on", env: on },
  { name: "off", env: { ...on, OTEL_SDK_DISABLED: "true" } },
  { name: "on again", env: on },
];

/** CPU time of the services since they started, ms. */
async function servicesCpuMs(lab: Lab): Promise<number> {
  const usages = await Promise.all(processes.map((name) => pidusage(pidOf(lab, name))));
  return usages.reduce((sum, { ctime }) => sum + ctime, 0);
}

async function turn(lab: Lab, seed: number): Promise<number> {
  const before = await servicesCpuMs(lab);
  const forced = operationSpans.flatMap((span) => ["--force", `all:${span}=hash_computation`]);
  const args = ["--count", `${count}`, "--rate", `${ratePerSecond}`, "--seed", `${seed}`, ...forced];
  const { code, stderr } = await lab.run("burst", ...args);
  if (code !== 0) throw new Error(`the burst failed: ${stderr}`);
  return ((await servicesCpuMs(lab)) - before) / count;
}

const labs: { name: string; lab: Lab; perOrderMs: number[] }[] = [];
try {
  for (const { name, env } of arms) labs.push({ name, lab: await startLab(env), perOrderMs: [] });
  // The first burst of each lab compiles its code.
  for (const { lab } of labs) await turn(lab, 0);
  for (let round = 1; round <= rounds; round += 1) {
    // Each lab goes first equally often.
    const order = labs.map((_, n) => labs[(n + round) % labs.length]).filter((one) => one !== undefined);
    for (const arm of order) arm.perOrderMs.push(await turn(arm.lab, round));
    console.log(`round ${round} of ${rounds}`);
  }
} finally {
  for (const { lab } of labs) await lab.stop();
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const of = (name: string) => labs.find((arm) => arm.name === name)?.perOrderMs ?? [];
const ratios = (a: string, b: string) => of(a).map((ms, round) => ms / (of(b)[round] ?? Number.NaN));

console.table(
  labs.map(({ name, perOrderMs }) => ({
    arm: name,
    "CPU ms per order, median": Math.round(median(perOrderMs)),
  })),
);
console.table(
  [
    ["on", "off"],
    ["on again", "off"],
    ["on", "on again"],
  ].map(([a = "", b = ""]) => {
    const sorted = ratios(a, b).toSorted((x, y) => x - y);
    const show = (ratio: number | undefined) => Number((ratio ?? Number.NaN).toFixed(3));
    return {
      ratio: `${a} / ${b}`,
      median: show(median(sorted)),
      min: show(sorted[0]),
      max: show(sorted.at(-1)),
    };
  }),
);
