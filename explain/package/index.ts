// What the package holdup-explain exports; docs/explain-api.d.ts is all of it.
// biome-ignore-start lint/performance/noBarrelFile: a package has one entry
export { createExplainer, type ExplainOptions, explain } from "../explain.ts";
export type * from "../explanation.ts";
export type { OnProblem } from "../problem-log.ts";
export type { ReadErrorCode } from "../read/errors.ts";
export { readFile } from "../read/read-file.ts";
export {
  type JaegerOptions,
  type JaegerQuery,
  readJaeger,
  type TimeWindow,
  type WindowSearch,
} from "../read/read-jaeger.ts";
export type { Problem, Span } from "../span.ts";
export { schemaVersion, version } from "../version.ts";
export { isReadFailure, type ReadFailure } from "./read-failure.ts";
// biome-ignore-end lint/performance/noBarrelFile: a package has one entry
