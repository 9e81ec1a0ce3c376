/** Builds the page into `.holdup/console/`: `npm run build:page`. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const finished = join(root, ".holdup", "console");
const draft = `${finished}.${process.pid}`;

/** Compression helps only text files that are not tiny. */
const compressible = new Set([".css", ".html", ".js", ".json", ".svg"]);
const minBytes = 512;

/** Compresses once at the highest level, instead of for every request. */
function compress(dir: string): void {
  for (const entry of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
    // The index is served with a token in it.
    if (!compressible.has(extname(entry)) || entry === "index.html") continue;
    const file = join(dir, entry);
    const content = readFileSync(file);
    if (content.length < minBytes) continue;
    writeFileSync(
      `${file}.br`,
      brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    );
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
}

const config = join(import.meta.dirname, "page", "vite.config.ts");
try {
  await build({
    configFile: config,
    configLoader: "native",
    logLevel: "warn",
    build: { outDir: draft, emptyOutDir: true },
  });
  compress(draft);
  // Replaced by renames, so that a running console never serves half a build; another build may have done it first.
  rmSync(`${draft}.old`, { recursive: true, force: true });
  try {
    renameSync(finished, `${draft}.old`);
  } catch {
    // There was no earlier build.
  }
  renameSync(draft, finished);
} finally {
  rmSync(draft, { recursive: true, force: true });
  rmSync(`${draft}.old`, { recursive: true, force: true });
}
