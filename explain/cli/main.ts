#!/usr/bin/env node
import { nodeRefusal } from "./node-version.ts";

// The rest is loaded only then: an older Node would fail in it with a stack trace.
const refusal = nodeRefusal(process.versions.node);
if (refusal === undefined) {
  import("./program.ts").then(({ runExplainProgram }) =>
    runExplainProgram({ env: process.env, out: process.stdout, error: process.stderr }),
  );
} else {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = 1;
}
