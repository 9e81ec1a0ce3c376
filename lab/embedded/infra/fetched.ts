import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const redisBinaries: Readonly<Record<string, string>> = {
  "linux-x64": "redis-server-6.2.6-v5-linux-amd64",
  "linux-arm64": "redis-server-6.2.7-linux-arm64",
  "darwin-x64": "redis-server-6.2.6-v5-darwin-amd64",
  "darwin-arm64": "redis-server-6.2.6-v5-darwin-arm64",
};

/** The redis-server in the jar for a platform, if any. */
export function redisBinary(platform: string, arch: string): string | undefined {
  return redisBinaries[`${platform}-${arch}`];
}

export type Fetched = { readonly dir: string; readonly redis: string; readonly jars: readonly string[] };

/** Folder of the fetched files: shared by all labs of this repository. */
export function infraDir(root: string): string {
  return join(root, ".holdup", "infra");
}

/** Hash of what the fetch depends on: the pom, and the machine for which Redis is built. */
export function currentStamp(root: string): string {
  const pom = readFileSync(join(root, "infra", "pom.xml"));
  return createHash("sha256").update(pom).update(`${process.platform}-${process.arch}`).digest("hex");
}

/** The fetched Kafka and Redis, when they are complete and match the current pom. The stamp is written last. */
export function findFetched(root: string): Fetched | undefined {
  const dir = infraDir(root);
  const binary = redisBinary(process.platform, process.arch);
  const stamp = join(dir, "stamp");
  if (binary === undefined || !existsSync(stamp)) return undefined;
  if (readFileSync(stamp, "utf8") !== currentStamp(root)) return undefined;
  // Sorted: the archive of loaded classes is only valid for exactly the same class path.
  const jars = readdirSync(join(dir, "kafka"))
    .filter((name) => name.endsWith(".jar"))
    .sort()
    .map((name) => join(dir, "kafka", name));
  return { dir, redis: join(dir, "redis", binary), jars };
}
