import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { settingsTable } from "./settings-table.ts";

it("stands in the README as the schemas say; `node lab/settings/print-settings.ts` prints it", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
  expect(readme).toContain(settingsTable());
});
