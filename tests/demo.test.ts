import { expect, it, onTestFinished } from "vitest";
import { capital, stageName } from "../core/format.ts";
import { explanation as explanationShape } from "../explain/explanation.ts";
import { problemText } from "../explain/problem-texts.ts";
import { severeOrder } from "../lab/burst/demo-plan.ts";
import { describeLab } from "./holdup.ts";

/** At this scale the severe order runs for seconds, so that others arrive meanwhile. */
const workloadScale = "0.3";

it("starts a lab, shows briefly which order held up the others, and lists what to do next", async () => {
  const lab = await describeLab({ HOLDUP_WORKLOAD_SCALE: workloadScale });
  onTestFinished(() => lab.stop());
  const { code, stdout, stderr } = await lab.run("demo");
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("starting it.") });
  expect(stderr).toContain(`Order ${severeOrder} of ten draws severe CPU work in processing`);

  const lines = stdout.split("\n");
  const head = lines.findIndex((line) => /^ *# {2}item .* held up most by$/.test(line));
  const rows = lines.slice(head + 1, lines.indexOf("", head));
  expect(rows.map((row) => Number(row.trim().split(" ")[0]))).toEqual(
    Array.from({ length: 10 }, (_, n) => n + 1),
  );
  // Not every row behind it: on a busy machine, some wait longest behind its work in another stage.
  const behind = new RegExp(` order ${severeOrder}, .+ \\(extreme_cpu_computation\\)$`);
  expect(rows).toContainEqual(expect.stringMatching(behind));

  expect(lines).toContainEqual(expect.stringMatching(/^ +╷0 s/));
  expect(lines).toContainEqual(expect.stringMatching(/^processing \(topic orders\): \d+ partitions?, /));
  const text = stdout.replaceAll(/\s+/g, " ");
  const all = await lab.run("explain", "--burst", "last", "--json");
  const { problems, blockers, orders } = explanationShape.parse(JSON.parse(all.stdout));
  const [problem] = problems;
  if (!problem) throw new Error("a demo without a problem");
  expect(text).toContain(`${problemText(problem.class).title} in ${stageName(problem.stage)}: `);
  expect(text).toContain(`${capital(blockers[0]?.order ?? "")} cost the others most: it ran `);
  expect(stdout).toContain("\nThe full explanation:\n  ./holdup explain --burst last --all\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(stdout).not.toMatch(/\u001b/);

  const [, traceId = ""] = /\.\/holdup explain --trace ([0-9a-f]{32})\n/.exec(stdout) ?? [];
  const trace = await lab.run("explain", "--trace", traceId);
  expect(trace).toMatchObject({ code: 0, stderr: "" });
  // Whose trace it is depends on the machine: the order that waited longest may have waited in another stage.
  const [worst] = orders
    .filter((order) => order.traceId === traceId)
    .flatMap(({ deliveries }) => deliveries.flatMap(({ wait }) => wait?.blockers ?? []))
    .sort((a, b) => b.ns - a.ns);
  expect(trace.stdout).toContain(`: ${worst?.order}, ${worst?.work?.operation} (`);

  const asJson = await lab.run("demo", "--json");
  expect(asJson.code).toBe(0);
  const report = JSON.parse(asJson.stdout);
  expect(report).toMatchObject({ severeOrder, counts: { analysed: 10 } });
  expect(explanationShape.parse(report.explanation).orders).toHaveLength(10);
});
