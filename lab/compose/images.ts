import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The images of others that docker-compose.yml and the Dockerfile name. */
export function upstreamImages(compose: string, dockerfile: string): string[] {
  const run = [...compose.matchAll(/^\s+image: (\S+)/gm)].map(([, image]) => image ?? "");
  const base = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image ?? "");
  // Without a tag it is a stage of the build; with a variable it is our own image.
  return [...new Set([...run, ...base])].filter((image) => image.includes(":") && !image.includes("$"));
}

/** The images of others that the Compose lab of a repository needs. */
export function imagesIn(root: string): string[] {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  return upstreamImages(read("docker-compose.yml"), read("Dockerfile"));
}
