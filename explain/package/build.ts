import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { publicTypes } from "./public-types.ts";

const root = dirname(dirname(import.meta.dirname));
/** What is bundled, because a consumer would otherwise install 8 MB of zod. */
const bundled = ["commander", "zod"];

/** Builds the package holdup-explain into a folder: the command, the library, its types and the licences of what is bundled. */
async function buildPackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const build = await rolldown({
    cwd: root,
    input: {
      "holdup-explain": "explain/cli/main.ts",
      index: "explain/package/index.ts",
      worker: "explain/read/threads/worker.ts",
    },
    platform: "node",
    checks: { pluginTimings: false },
    transform: {
      target: "node20",
      inject: { "Map.groupBy": [join(import.meta.dirname, "group-by.ts"), "groupBy"] },
    },
  });
  await build.write({ dir: folder, format: "esm", chunkFileNames: "[name].js" });
  await build.close();
  await writeFile(join(folder, "index.d.ts"), await publicTypes());
  await writeFile(join(folder, "THIRD-PARTY-LICENSES"), await licences());
}

async function licences(): Promise<string> {
  const texts = bundled.map(async (name) => {
    const text = await readFile(join(root, "node_modules", name, "LICENSE"), "utf8");
    return `${name}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join("\n---\n\n");
}

if (import.meta.main) await buildPackage(join(root, "dist"));
