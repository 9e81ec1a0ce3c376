import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dialectsTable } from "./print-dialects.ts";

it("docs/dialects.md contains what `npm run -s print:dialects` prints", () => {
  const document = readFileSync(join(import.meta.dirname, "../docs/dialects.md"), "utf8");
  expect(document).toContain(dialectsTable());
});
