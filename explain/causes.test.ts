import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { causes } from "./causes.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "..", path), "utf8");

describe.each(causes)("%s", (cause) => {
  it("has a row in the table of causes in docs/explain.md", () => {
    expect(read("docs/explain.md")).toContain(`\n| \`${cause}\` |`);
  });

  it("has a colour in the page's palette", () => {
    expect(read("console/page/styles/tokens.css")).toContain(`\n  --cause-${cause}: `);
  });
});
