import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { servedTable } from "./served.ts";

const table = await servedTable();

it.runIf(table !== undefined)("docs/explain.md contains what `npm run -s print:served` prints", () => {
  const document = readFileSync(join(import.meta.dirname, "../../docs/explain.md"), "utf8");
  expect(document).toContain(table);
});
