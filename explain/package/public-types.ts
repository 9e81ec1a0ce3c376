import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generateDtsBundle } from "dts-bundle-generator";
import ts from "typescript";
import { explanationSchema } from "../print-schema.ts";
import { typesOfSchema } from "./schema-types.ts";

const root = dirname(dirname(import.meta.dirname));
const project = join(root, "tsconfig.json");
const declarations = join(root, ".holdup/test/types");

/** The package's public types as one file that imports nothing; docs/explain-api.d.ts is a copy. */
export async function publicTypes(): Promise<string> {
  await rm(declarations, { recursive: true, force: true });
  emitDeclarations(join(root, "explain/package/index.ts"));
  // Instead of types that are inferred from zod's.
  await writeFile(join(declarations, "explain/explanation.d.ts"), typesOfSchema(explanationSchema()));
  const filePath = join(declarations, "explain/package/index.d.ts");
  const output = { noBanner: true, inlineDeclareGlobals: false, exportReferencedTypes: false };
  return generateDtsBundle([{ filePath, output }], { preferredConfigPath: project }).join("");
}

function emitDeclarations(file: string): void {
  const { config } = ts.readConfigFile(project, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [file] }, ts.sys, root);
  const program = ts.createProgram([file], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: root,
    outDir: declarations,
  });
  program.emit();
}

if (import.meta.main) process.stdout.write(await publicTypes());
