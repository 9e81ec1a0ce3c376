import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const redisBinaries: Readonly<Record<string, string>> = {
  "linux-x64": "redis-server-6.2.6-v5-linux-amd64",
  "linux-arm64": "redis-server-6.2.7-linux-arm64",
  "darwin-x64": "redis-server-6.2.6-v5-darwin-amd64",
  "darwin-arm64": "redis-server-6.2.6-v5-darwin-arm64",
};

/** The redis-server in the jar that runs on this machine; undefined when there is none. */
export function redisBinary(platform: string, arch: string): string | undefined {
  return redisBinaries[`${platform}-${arch}`];
}

export type Fetched = { readonly dir: string; readonly redis: string; readonly jars: readonly string[] };

/** Where fetched files go: shared by all labs of this repository. */
export function infraDir(root: string): string {
  return join(root, ".holdup", "infra");
}

/** What the fetch depends on: the pom, and the machine that the Redis binary is for. */
export function wantedStamp(root: string): string {
  const pom = readFileSync(join(root, "infra", "pom.xml"));
  return createHash("sha256").update(pom).update(`${process.platform}-${process.arch}`).digest("hex");
}

/** The fetched Kafka and Redis if they are complete and of the current pom. The stamp is written last. */
export function findFetched(root: string): Fetched | undefined {
  const dir = infraDir(root);
  const binary = redisBinary(process.platform, process.arch);
  const stamp = join(dir, "stamp");
  if (binary === undefined || !existsSync(stamp)) return undefined;
  if (readFileSync(stamp, "utf8") !== wantedStamp(root)) return undefined;
  // Sorted: the archive of loaded classes is only valid for the very same class path.
  const jars = readdirSync(join(dir, "kafka"))
    .filter((name) => name.endsWith(".jar"))
    .sort()
    .map((name) => join(dir, "kafka", name));
  return { dir, redis: join(dir, "redis", binary), jars };
}
