import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { handled, offset, sent } from "../explain/deliveries/spans.fixture.ts";
import { explain } from "../explain/explain.ts";
import { encodeJaeger } from "../explain/read/encode.fixture.ts";
import { schemaVersion, version } from "../explain/version.ts";
import { bareEnvironment, root } from "./holdup.ts";

const maxBytes = 2_000_000;
const manifestShape = z.looseObject({
  dependencies: z.record(z.string(), z.string()).optional(),
  scripts: z.record(z.string(), z.string()),
});

let folder: string;
/** An empty folder with the package installed. */
let project: string;
let installed: string;
let tarball: string;

/** Nothing of the repository's packages is on the path, except Node itself. */
const env = () => ({
  ...bareEnvironment(),
  PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
  npm_config_update_notifier: "false",
});

async function run(command: string, args: readonly string[], { cwd = project, input = "", more = {} } = {}) {
  const child = spawn(command, args, { cwd, env: { ...env(), ...more } });
  const said = { out: "", error: "" };
  child.stdout.on("data", (data) => {
    said.out += data;
  });
  child.stderr.on("data", (data) => {
    said.error += data;
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { code, ...said };
}

/** Two messages; the second waits 8.99 s for the first. */
const spans = [
  { at: 0, start: 1, for: 9000 },
  { at: 11, start: 9002, for: 5 },
].flatMap(({ at, start, for: length }, n) => {
  const traceId = `${n + 1}`.repeat(32);
  const sendId = `${n}`.padEnd(16, "a");
  return [
    sent({ id: sendId, traceId, at, for: 0 }),
    handled({
      id: `${n}`.padEnd(16, "b"),
      traceId,
      parentSpanId: sendId,
      at: start,
      for: length,
      facts: offset(n),
    }),
  ];
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdup-package-"));
  const packed = await run("npm", ["pack", "--pack-destination", folder], { cwd: root });
  expect(packed).toMatchObject({ code: 0 });
  const name = (await readdir(folder)).find((file) => file.endsWith(".tgz"));
  tarball = join(folder, name ?? "");
  project = join(folder, "project");
  await mkdir(project);
  await writeFile(join(project, "traces.json"), encodeJaeger(spans).text);
  // Offline, because it needs no other package.
  expect(await run("npm", ["install", "--offline", tarball])).toMatchObject({
    code: 0,
    error: expect.not.stringContaining("script"),
  });
  installed = join(project, "node_modules/holdup-explain");
});
afterAll(() => rm(folder, { recursive: true }));

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(path, join(parentPath, name)))
    .sort();
}

describe("the package", () => {
  it("has built JavaScript, types, the schema and documents, and nothing else", async () => {
    const files = await filesOf(installed);
    expect(files.filter((file) => !/^dist\/[a-z-]+\.js$/.test(file))).toEqual([
      "LICENSE",
      "README.md",
      "dist/THIRD-PARTY-LICENSES",
      "dist/index.d.ts",
      "docs/dialects.md",
      "docs/explain.md",
      "docs/explain.schema.json",
      "package.json",
    ]);
    expect(await readFile(join(installed, "dist/index.d.ts"), "utf8")).toBe(
      await readFile(join(root, "docs/explain-api.d.ts"), "utf8"),
    );
  });

  it("needs no other package, has no install script, and is small", async () => {
    const manifest = manifestShape.parse(JSON.parse(await readFile(join(installed, "package.json"), "utf8")));
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(Object.keys(manifest.scripts).filter((name) => /install$|^prepare$/.test(name))).toEqual([]);
    expect((await readdir(join(project, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual([
      "holdup-explain",
    ]);
    const files = await filesOf(installed);
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(installed, file))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(maxBytes);
    expect((await stat(tarball)).size).toBeLessThan(maxBytes / 4);
  });

  it("bundles commander and zod, no client of Kafka, Redis or OpenTelemetry, and imports nothing but Node", async () => {
    const code = (await filesOf(installed)).filter((file) => file.endsWith(".js"));
    const texts = await Promise.all(code.map((file) => readFile(join(installed, file), "utf8")));
    const imported = texts.flatMap((text) =>
      [...text.matchAll(/^(?:import|export) (?:[^;"]* from )?"([^"]*)";/gm)].map(([, from = ""]) => from),
    );
    expect(imported.filter((from) => !/^(node:|\.\/)/.test(from))).toEqual([]);
    const bundled = texts.flatMap((text) =>
      [...text.matchAll(/^\/\/ ?(?:#region )?node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(
        ([, name]) => name,
      ),
    );
    expect([...new Set(bundled)].sort()).toEqual(["commander", "zod"]);
  });
});

describe("npx holdup-explain", () => {
  const npx = (args: readonly string[], options = {}) =>
    run("npx", ["--offline", "holdup-explain", ...args], options);

  it("explains a file as the lab's command does", async () => {
    const { code, out, error } = await npx(["--file", "traces.json"]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toContain(" in g: 8.99 s of waiting");
    const lab = await run(join(root, "holdup"), ["explain", "--file", "traces.json"]);
    expect(out).toBe(lab.out);
  });

  it("explains standard input as JSON", async () => {
    const { code, out, error } = await npx(["--file", "-", "--json"], { input: encodeJaeger(spans).text });
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(JSON.parse(out)).toMatchObject({ schema: schemaVersion, blockers: [{ cost: { messages: 1 } }] });
  });

  it("works where Node has no Map.groupBy", async () => {
    const more = { NODE_OPTIONS: "--import=data:text/javascript,delete%20Map.groupBy" };
    const { code, out, error } = await npx(["--file", "traces.json", "--all"], { more });
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toBe((await npx(["--file", "traces.json", "--all"])).out);
  });

  it.each([
    [["--file", "nowhere.json"], 1, "There is no file nowhere.json.\n"],
    [["--file", "package.json"], 1, expect.stringMatching(/^package\.json .*\n$/)],
    [[], 2, expect.stringMatching(/^Give what to read: .*\n$/)],
    [["--version"], 0, ""],
  ])("answers %j with status %i in one line", async (args, exits, says) => {
    const { code, out, error } = await npx(args);
    expect({ code, error }).toEqual({ code: exits, error: says });
    expect(out).toBe(exits === 0 ? `${version}\n` : "");
  });
});

describe("the library", () => {
  it("runs as docs/explain.md shows it", async () => {
    const documented = await readFile(join(root, "docs/explain.md"), "utf8");
    const example = /```js\n(.*?)```/s.exec(documented)?.[1] ?? "";
    await writeFile(join(project, "main.mjs"), example);
    const { out, error } = await run(process.execPath, ["main.mjs"]);
    expect(error).toBe("");
    const [problem] = explain(spans).problems;
    expect(out).toBe(`${problem?.class} in g: ${problem?.why}\norder 1 cost 1 messages 8.99 s\n`);
  });

  it("type-checks in a strict project without the types of Node", async () => {
    await writeFile(
      join(project, "consumer.mts"),
      `import { type Explanation, type Span, createExplainer, explain, isReadFailure, readFile, readJaeger, schemaVersion } from "holdup-explain";
       const span: Span = { traceId: "a", spanId: "b", name: "n", startNs: 0n, endNs: 1n, attributes: {} };
       const found: Explanation = explain([span]);
       const current: "${schemaVersion}" = schemaVersion;
       export const kept: typeof found.schema = current;
       export const waits: (number | undefined)[] = found.orders.flatMap(({ deliveries }) => deliveries.map(({ wait }) => wait?.byCause.retry));
       export async function read(path: string, url: string): Promise<string> {
         const explainer = createExplainer({ transportMs: 20 });
         try {
           for await (const spans of readFile(path, () => {})) spans.forEach(explainer.add);
           for await (const spans of readJaeger(url, { traceId: "ab" }, () => {})) spans.forEach(explainer.add);
         } catch (thrown) {
           if (isReadFailure(thrown)) return thrown.code;
         }
         return explainer.finish().origin;
       }
       // @ts-expect-error: not an explanation
       export const wrong: Explanation = { schema: schemaVersion };\n`,
    );
    const options =
      "--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --module nodenext";
    const { code, out } = await run(process.execPath, [
      join(root, "node_modules/typescript/bin/tsc"),
      ...options.split(" "),
      ...["--target", "es2022", "consumer.mts"],
    ]);
    expect({ code, out }).toEqual({ code: 0, out: "" });
  });

  it("has the schema of the JSON", async () => {
    await cp(join(root, "docs/explain.schema.json"), join(project, "expected.json"));
    const script = `import schema from "holdup-explain/explain.schema.json" with { type: "json" };
      import expected from "./expected.json" with { type: "json" };
      import { deepStrictEqual } from "node:assert";
      deepStrictEqual(schema, expected);`;
    await writeFile(join(project, "schema.mjs"), script);
    expect(await run(process.execPath, ["schema.mjs"])).toEqual({ code: 0, out: "", error: "" });
  });
});
