import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { redisArguments } from "./redis.ts";

const root = dirname(dirname(dirname(import.meta.dirname)));

it("passes Redis the settings of infra/redis.conf as arguments, an empty value as an empty argument", () => {
  const args = redisArguments(readFileSync(join(root, "infra", "redis.conf"), "utf8"));
  expect(args.join(" ")).toContain("--appendonly yes --appendfsync everysec");
  expect(args[args.indexOf("--save") + 1]).toBe("");
});
