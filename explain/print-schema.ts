import { z } from "zod";
import { explanation } from "./explanation.ts";

/** JSON Schema (2020-12) of what `explain --json` prints; docs/explain.schema.json is a copy. */
export function explanationSchema(): object {
  return z.toJSONSchema(explanation, {
    target: "draft-2020-12",
    override: ({ jsonSchema }) => {
      // It comes from TypeScript types and has another meaning in a document.
      delete jsonSchema.readOnly;
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
      // The bounds of integers in JavaScript.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
}

if (import.meta.main) console.log(JSON.stringify(explanationSchema(), undefined, 2));
