import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { z } from "zod";
import { schemaVersion, version } from "../version.ts";
import { groupByKey } from "./group-by.ts";
import { publicTypes } from "./public-types.ts";
import { typesOfSchema } from "./schema-types.ts";

const root = dirname(dirname(import.meta.dirname));
const read = (path: string) => readFile(join(root, path), "utf8");

it("the public types are those of docs/explain-api.d.ts", async () => {
  const remedy =
    "The public types of holdup-explain have changed. If that is intended, raise `version` in explain/version.ts and package.json, and `schemaVersion` too when readers of the JSON may fail; then npm run -s print:api >docs/explain-api.d.ts";
  expect(await publicTypes(), remedy).toBe(await read("docs/explain-api.d.ts"));
});

it("package.json has the version that the library exports, and the Nodes that the command accepts", async () => {
  const manifest: unknown = JSON.parse(await read("package.json"));
  expect(manifest).toMatchObject({ version, engines: { node: "^20.16.0 || >=22" } });
  const schema: unknown = JSON.parse(await read("docs/explain.schema.json"));
  expect(schema).toMatchObject({
    $defs: { Explanation: { properties: { schema: { const: schemaVersion } } } },
  });
});

it("the types that are made from the schema accept every explanation, and say no less than its own types", () => {
  const check = join(root, "explain/package/check.ts");
  const text = `
    import type { Explanation as Public } from "../../docs/explain-api.d.ts";
    import type { Explanation } from "../explanation.ts";
    declare const explanation: Explanation, published: Public;
    export const one: Public = explanation;
    export const other: Explanation = published;`;
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [check] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([check], options, {
    ...host,
    fileExists: (path) => path === check || host.fileExists(path),
    readFile: (path) => (path === check ? text : host.readFile(path)),
    getSourceFile: (path, target) =>
      path === check ? ts.createSourceFile(path, text, target) : host.getSourceFile(path, target),
  });
  const errors = ts.getPreEmitDiagnostics(program, program.getSourceFile(check));
  expect(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
});

it("refuses a schema that it has no type for", () => {
  const schema = (one: z.ZodType) => z.toJSONSchema(z.object({ a: one.meta({ id: "A" }) }));
  expect(typesOfSchema(schema(z.array(z.int())))).toBe("export type A = ReadonlyArray<number>;\n");
  expect(() => typesOfSchema(schema(z.union([z.string(), z.int()])))).toThrow();
  expect(() => typesOfSchema(schema(z.unknown()))).toThrow("A schema without a type");
});

it("groups as Map.groupBy does, for a Node that has none", () => {
  const keyOf = (one: string, index: number) => (index === 3 ? "last" : one.length);
  const items = ["a", "bb", "c", "d"];
  expect(groupByKey(items, keyOf)).toEqual(Map.groupBy(items, keyOf));
});
