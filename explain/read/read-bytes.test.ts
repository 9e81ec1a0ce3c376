import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../span.ts";
import {
  encodeJaeger,
  encodeLines,
  encodeOtlp,
  encodeZipkin,
  jaegerTrace,
  otlpSpan,
  zipkinSpan,
} from "./encode.fixture.ts";
import { cutAt, places, readAll, sorted, spanLists } from "./read-spans.fixture.ts";

const encoders = { jaeger: encodeJaeger, otlp: encodeOtlp, zipkin: encodeZipkin };
const formats = ["jaeger", "otlp", "zipkin"] as const;

function sample(n: number, given: Partial<Span> = {}): Span {
  return {
    traceId: n.toString(16).padStart(32, "0"),
    spanId: n.toString(16).padStart(16, "0"),
    name: `span ${n}`,
    startNs: 1_700_000_000_000_000_000n,
    endNs: 1_700_000_000_001_000_000n,
    service: "shop",
    attributes: {},
    ...given,
  };
}

const read = (...texts: string[]) => readAll(texts.map((text) => Buffer.from(text)));

describe.each(formats)("%s", (format) => {
  const encode = encoders[format];

  it("reads the same spans from a document, an indented document and lines, in chunks cut anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(spanLists, places, fc.boolean(), async (spans, cuts, isSmall) => {
        const { text } = encode(spans);
        const variants = [
          text,
          JSON.stringify(JSON.parse(text), null, 2),
          encodeLines(format, spans),
          `\ufeff${text}\n`,
        ];
        // Small limits exercise the code paths for long inputs.
        const options = isSmall ? { openingBytes: 100, maxWholeLineBytes: 50 } : {};
        for (const variant of variants) {
          const found = await readAll(cutAt(Buffer.from(variant), cuts), options);
          expect(sorted(found.spans)).toEqual(sorted(spans));
          expect(found.problems).toEqual([]);
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it("reads exactly the complete spans of a document that is cut off anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(spanLists, fc.nat(), places, async (spans, at, cuts) => {
        const { text, elements } = encode(spans);
        const whole = Buffer.from(text);
        const cut = whole.subarray(0, 1 + (at % (whole.length - 1)));
        const complete = elements.filter((each) => {
          const piece = Buffer.from(each.text);
          return cut.indexOf(piece) >= 0;
        });
        const found = await readAll(cutAt(cut, cuts), { openingBytes: cut.length > 400 ? 300 : 1_000 });
        expect(sorted(found.spans)).toEqual(sorted(complete.flatMap((each) => each.spans)));
        expect(found.problems).toContainEqual(
          expect.objectContaining({ what: expect.stringMatching(/^The input ends in the middle/), count: 1 }),
        );
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  it("reads the lines around a broken one, and reports its number", async () => {
    const spans = [1, 2, 3, 4].map((n) => sample(n));
    const lines = encodeLines(format, spans).split("\n");
    for (const broken of [0, 1, 3]) {
      const text = lines.with(broken, (lines[broken] ?? "").slice(0, 40)).join("\n");
      const found = await read(text);
      expect(found.spans).toEqual(spans.filter((_, index) => index !== broken));
      expect(found.problems).toEqual([
        {
          what: "The line is not valid JSON; only its complete spans were read.",
          where: expect.stringContaining(`in, line ${broken + 1}, byte `),
          count: 1,
        },
      ]);
    }
  });
});

it("reads the spans around a broken one in a document, and reports its line", async () => {
  const text = JSON.stringify(
    [1, 2, 3].map((n) => zipkinSpan(sample(n))),
    null,
    1,
  );
  const found = await read(text.replace('"id": "0000000000000002"', '"id": oops'));
  expect(found.spans).toEqual([sample(1), sample(3)]);
  const line =
    text.slice(0, text.indexOf('"traceId": "00000000000000000000000000000002"')).split("\n").length - 1;
  expect(found.problems).toMatchObject([
    { what: "The span is not valid JSON.", where: expect.stringContaining(`line ${line},`), count: 1 },
  ]);
});

it("reads a bare trace, an array of traces, arrays of arrays and bare resource spans", async () => {
  const span = sample(1);
  const trace = jaegerTrace([span]);
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  const documents = [
    trace,
    [trace],
    [[zipkinSpan(span)], []],
    zipkinSpan(span),
    [{ resource, scopeSpans: [{ spans: [otlpSpan(span)] }] }],
    { resource, instrumentationLibrarySpans: [{ spans: [otlpSpan(span)] }] },
    { resource_spans: [{ resource, scope_spans: [{ spans: [otlpSpan(span)] }] }] },
    { result: { resourceSpans: [{ resource, scopeSpans: [{ spans: [otlpSpan(span)] }] }] } },
    { resourceSpans: [{ scopeSpans: [{ spans: [otlpSpan(span)] }], resource }] },
  ];
  for (const document of documents) {
    for (const options of [{}, { maxWholeLineBytes: 10 }]) {
      const found = await readAll([Buffer.from(JSON.stringify(document))], options);
      expect(found).toEqual({ spans: [span], problems: [] });
    }
  }
});

describe("a scope that follows its spans", () => {
  const spans = [1, 2, 3].map((n) => sample(n, { scope: n === 3 ? "other" : "kafkajs" }));
  const scopeSpans = [spans.slice(0, 2), spans.slice(2)].map((own) => ({
    spans: own.map(otlpSpan),
    scope: { name: own[0]?.scope },
  }));
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  const text = JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] });

  it("is found at the end of the item, in chunks cut anywhere", async () => {
    for (const size of [1, 7, 50, 10_000]) {
      const cuts = Array.from({ length: Math.ceil(text.length / size) }, (_, n) => (n * size) / text.length);
      const found = await readAll(cutAt(Buffer.from(text), cuts), { maxWholeLineBytes: 10 });
      expect(found).toEqual({ spans, problems: [] });
    }
  });

  it("is left out when the input is cut off before it, or too many spans wait for it", async () => {
    const cut = await readAll([Buffer.from(text.slice(0, text.indexOf('"scope":')))], { openingBytes: 300 });
    expect(cut.spans).toEqual(spans.slice(0, 2).map((each) => ({ ...each, scope: undefined })));
    const many = {
      resource,
      scopeSpans: [{ spans: Array(20_001).fill(otlpSpan(sample(1))), scope: { name: "a" } }],
    };
    const chunks = cutAt(Buffer.from(JSON.stringify({ resourceSpans: [many] })), [0.2, 0.4, 0.6, 0.8]);
    const found = await readAll(chunks, { maxWholeLineBytes: 10 });
    expect(found.spans).toHaveLength(20_001);
    expect(new Set(found.spans.map(({ scope }) => scope))).toEqual(new Set([undefined, "a"]));
  });
});

it("shares one resource object among the spans of equal resources", async () => {
  const spans = [1, 2, 3].map((n) => sample(n, { resource: { "host.name": "a" } }));
  for (const format of formats) {
    const [first, ...others] = (await read(encodeLines(format, spans))).spans;
    expect(first?.resource).toEqual({ "host.name": "a" });
    for (const other of others) expect(other.resource).toBe(first?.resource);
  }
});

it("reports each kind of problem once, with its count and the place of the first", async () => {
  const good = sample(1);
  const wrong = Array.from({ length: 10_000 }, () => ({ ...zipkinSpan(good), timestamp: undefined }));
  const found = await read(
    `${[zipkinSpan(good), ...wrong].map((each) => JSON.stringify(each)).join("\n")}\n`,
  );
  expect(found.spans).toEqual([good]);
  expect(found.problems).toEqual([
    { what: "The span has no start time.", where: expect.stringContaining("in, line 2, "), count: 10_000 },
  ]);
});

it("skips lines of other signals and reports them", async () => {
  const found = await read(`{"resourceMetrics":[]}\n${encodeOtlp([sample(1)]).text}\n{"resourceLogs":[]}\n`);
  expect(found.spans).toEqual([sample(1)]);
  expect(found.problems.map(({ what, where }) => [what, where])).toEqual([
    [
      "The line is JSON, but has no spans of Jaeger, OpenTelemetry or Zipkin v2: it holds OTLP's metrics.",
      "in, line 1, byte 0",
    ],
    [
      "The line is JSON, but has no spans of Jaeger, OpenTelemetry or Zipkin v2: it holds OTLP's logs.",
      expect.stringContaining("in, line 3, "),
    ],
  ]);
});

it("reads several documents on one line, as when files without a final newline are joined", async () => {
  for (const encode of [encodeOtlp, encodeJaeger, encodeZipkin]) {
    const found = await read(encode([sample(1)]).text + encode([sample(2)]).text);
    expect(found).toEqual({ spans: [sample(1), sample(2)], problems: [] });
  }
});

it("reports a line that only looks like JSON", async () => {
  const found = await read(`${encodeOtlp([sample(1)]).text}\n{"resourceSpans":[],,}\n`);
  expect(found.spans).toEqual([sample(1)]);
  expect(found.problems).toMatchObject([{ what: expect.stringContaining("The line is not valid JSON") }]);
});

it("reads everything before something that is not JSON, and reports its position", async () => {
  const found = await read(`${JSON.stringify([zipkinSpan(sample(1))], null, 1)}\noops`);
  expect(found.spans).toEqual([sample(1)]);
  expect(found.problems).toMatchObject([
    {
      what: expect.stringContaining("This is not JSON."),
      where: expect.stringContaining("line "),
    },
  ]);
});

it.each([
  ["", "in is empty."],
  [" \n\t", "in is empty."],
  ["<!DOCTYPE html>\n<html>", 'in is not JSON: line 1, byte 0 begins with "<!DOCTYPE html>".'],
  ["\n\n  traceId: 1", 'in is not JSON: line 3, byte 4 begins with "traceId: 1".'],
  ["PK\u0003\u0004", "begins with the bytes of a zip archive"],
  ["\u0001\u0002\u0003", "begins with binary data, perhaps protobuf"],
  [
    '{"a":1,"b":[2]}',
    "in is JSON, but has no spans of Jaeger, OpenTelemetry or Zipkin v2: its top level has the keys a, b.",
  ],
  [
    '{"resource_logs":[{}]}',
    "in is JSON, but has no spans of Jaeger, OpenTelemetry or Zipkin v2: it holds OTLP's logs.",
  ],
  [
    '[{"traceId":"1","id":"1","annotations":[{"value":"sr","endpoint":{}}]}]',
    "it is Zipkin v1; request /api/v2/traces from Zipkin.",
  ],
  ['[{"traceId":"1","id":"1","binaryAnnotations":[]}]', "it is Zipkin v1"],
  ["\u001f\u008b\u0008", "begins with the bytes of gzip within gzip; unpack it first"],
  ["{\u0000}\u0000", "begins with UTF-16; write it as UTF-8"],
  ["\u0000{\u0000}", "begins with UTF-16"],
  ["\u00ff\u00fe{\u0000}\u0000", "begins with UTF-16"],
  ["{}", "its top level has no keys"],
  ['[{"x":1}]', "its top level is an array whose first element has the key x."],
  ["[1,2]", "its top level is an array of numbers"],
  ["17", "it is one number"],
  ['{"data":["shop"],"total":1}', "its top level has the keys data, total."],
  [
    '{"a":1,"b":',
    "in is JSON, but, up to where it is cut off, has no spans of Jaeger, OpenTelemetry or Zipkin v2: its top level has the key a.",
  ],
])("refuses %j and reports what it found", async (text, message) => {
  await expect(readAll([Buffer.from(text, "latin1")])).rejects.toThrow(
    expect.objectContaining({ name: "ReadError", message: expect.stringContaining(message) }),
  );
});
