import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HoldupError } from "../../../core/errors.ts";

/** Fills the {braces} of infra/kafka.properties. */
export function kafkaSettings(
  root: string,
  values: {
    port: number;
    bind: string;
    bindPort: number;
    controllerPort: number;
    dataDir: string;
  },
): string {
  const template = readFileSync(join(root, "infra", "kafka.properties"), "utf8");
  const fill = new Map(Object.entries(values));
  // Only lines with settings: comments mention braces, too.
  return template
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) =>
      line.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = fill.get(name);
        if (value === undefined)
          throw new HoldupError("HOLDUP_INTERNAL", `infra/kafka.properties: {${name}}`);
        return String(value);
      }),
    )
    .join("\n");
}
