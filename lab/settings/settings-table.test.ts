import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { settingsTable } from "./settings-table.ts";

it("is the same in the README; `npm run -s print:settings` prints it", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
  expect(readme).toContain(settingsTable());
});
