/** Jaeger's trace JSON (jaeger, internal/uimodel/model.go). Times and durations in microseconds. */
export type JaegerTag = {
  readonly key: string;
  readonly type: "string" | "bool" | "int64" | "float64" | "binary";
  readonly value: string | number | boolean;
};

export type JaegerReference = {
  readonly refType: "CHILD_OF" | "FOLLOWS_FROM";
  readonly traceID: string;
  readonly spanID: string;
};

export type JaegerLog = { readonly timestamp: number; readonly fields: readonly JaegerTag[] };

export type JaegerSpan = {
  readonly traceID: string;
  readonly spanID: string;
  readonly flags?: number;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly JaegerTag[];
  readonly logs: readonly JaegerLog[];
  readonly processID: string;
  readonly warnings: readonly string[] | null;
};

export type JaegerProcess = { readonly serviceName: string; readonly tags: readonly JaegerTag[] };

export type JaegerTrace = {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, JaegerProcess>>;
  readonly warnings: readonly string[] | null;
};

export type JaegerError = { readonly code?: number; readonly msg: string; readonly traceID?: string };
