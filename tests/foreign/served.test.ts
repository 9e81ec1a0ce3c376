import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { servedTable } from "./served.ts";

it("docs/explain.md contains what `npm run -s print:served` prints", async () => {
  const document = readFileSync(join(import.meta.dirname, "../../docs/explain.md"), "utf8");
  expect(document).toContain(await servedTable());
});
