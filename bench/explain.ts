/**
 * Time and memory that explain needs for 10 thousand, 100 thousand and 1 million spans, from memory and from a file of OTLP
 * lines; each size runs in its own process. Other sizes may be given.
 */
import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createPartsExplainer } from "../explain/explain.ts";
import { makeSpans } from "../explain/oracle/make-spans.fixture.ts";
import { readFileInThreads } from "../explain/read/threads/read-in-threads.ts";
import { type Attributes, type Span, spanKinds } from "../explain/span.ts";

const seed = 1;

type Measured = {
  readonly spans: number;
  readonly seconds: number;
  readonly peakMb: number;
  readonly sentence: string;
};

/** Export requests as the Collector's file exporter writes them, one per line. */
function* otlpLines(count: number): Generator<string> {
  for (const batch of makeSpans({ spans: count, seed })) {
    const resourceSpans = [
      ...Map.groupBy(batch, ({ resource, service }) => `${service} ${JSON.stringify(resource)}`),
    ].map(([, spans]) => ({
      resource: { attributes: listOf({ "service.name": spans[0]?.service ?? "", ...spans[0]?.resource }) },
      scopeSpans: [{ spans: spans.map(otlpSpan) }],
    }));
    yield `${JSON.stringify({ resourceSpans })}\n`;
  }
}

function otlpSpan(span: Span) {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? "",
    name: span.name,
    kind: spanKinds.indexOf(span.kind ?? "internal"),
    startTimeUnixNano: `${span.startNs}`,
    endTimeUnixNano: `${span.endNs}`,
    attributes: listOf(span.attributes),
    links: span.links,
    status: span.failed ? { code: 2 } : {},
  };
}

function listOf(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { doubleValue: value } : { stringValue: `${value}` },
  }));
}

async function measure(count: number, file: string | undefined): Promise<Measured> {
  const explainer = createPartsExplainer();
  let seconds = 0;
  let spans = 0;
  const timed = (work: () => void) => {
    const startMs = performance.now();
    work();
    seconds += (performance.now() - startMs) / 1000;
  };
  if (file === undefined) {
    for (const batch of makeSpans({ spans: count, seed })) {
      spans += batch.length;
      timed(() => batch.forEach(explainer.add));
    }
  } else {
    const startMs = performance.now();
    for await (const part of readFileInThreads(file, ({ what }) => console.error(what))) {
      explainer.take(part);
    }
    spans = count;
    seconds += (performance.now() - startMs) / 1000;
  }
  let sentence = "";
  timed(() => {
    sentence = explainer.finish().problems[0]?.why ?? "";
  });
  return { spans, seconds, peakMb: process.resourceUsage().maxRSS / 1024, sentence };
}

async function compare(sizes: readonly number[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdup-bench-"));
  const rows: (Measured & { input: string; size: string })[] = [];
  try {
    for (const count of sizes) {
      const file = join(folder, `${count}.jsonl`);
      await pipeline(otlpLines(count), createWriteStream(file));
      const mb = `${Math.round((await stat(file)).size / 1e6)} MB`;
      for (const [input, size, args] of [
        ["memory", "", []],
        ["file of OTLP lines", mb, [file]],
      ] as const) {
        // With the flags of `./holdup explain`, not those of the services.
        const flags = ["--max-semi-space-size=64", "--expose-gc"];
        const own = [import.meta.filename, "--measure", `${count}`, ...args];
        const out = execFileSync(process.execPath, [...flags, ...own]);
        rows.push({ input, size, ...JSON.parse(out.toString("utf8")) });
      }
      await rm(file);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const first = new Map<string, number>();
  console.table(
    rows.map(({ input, size, spans, seconds, peakMb }) => {
      const perSpan = seconds / (spans * Math.log2(spans));
      if (!first.has(input)) first.set(input, perSpan);
      return {
        input,
        size,
        spans,
        seconds: Number(seconds.toFixed(2)),
        "peak MB": Math.round(peakMb),
        "time / n log n": Number((perSpan / (first.get(input) ?? perSpan)).toFixed(2)),
      };
    }),
  );
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--measure") console.log(JSON.stringify(await measure(Number(rest[0]), rest[1])));
else {
  const sizes = [first, ...rest].filter((size) => size !== undefined).map(Number);
  await compare(sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]);
}
