import { type Tracer, trace } from "@opentelemetry/api";

let start: Tracer["startSpan"] = (name) => {
  throw new Error(`${name}: no test has set how to start a span`);
};

// One provider for the whole process: modules keep the tracer from when they were loaded, and test files that run in the same
// process share those modules.
trace.setGlobalTracerProvider({
  getTracer: () => ({
    startSpan: (...args) => start(...args),
    startActiveSpan: (name: string, ...rest: unknown[]) => {
      const options = rest.find((argument) => typeof argument === "object");
      const use = rest.at(-1);
      if (typeof use !== "function") throw new TypeError("startActiveSpan needs a function.");
      return use(start(name, options ?? {}));
    },
  }),
});

/** Makes every tracer of this process start its spans with `startSpan`. */
export function startSpansWith(startSpan: Tracer["startSpan"]): void {
  start = startSpan;
}
