import { explanationSchema } from "./json-schema.ts";

console.log(JSON.stringify(explanationSchema(), undefined, 2));
