import type { SpanKind } from "../../span.ts";

/** Exporters to formats without scopes write them as tags; the second name is from before 2022. */
export function isScopeTag(name: string): boolean {
  return name === "otel.scope.name" || name === "otel.library.name";
}

const kinds: Readonly<Record<string, SpanKind>> = {
  internal: "internal",
  server: "server",
  client: "client",
  producer: "producer",
  consumer: "consumer",
};

/** A kind by its name in any case, also as `SPAN_KIND_CONSUMER` and `SpanKind.CONSUMER`. */
export function kindNamed(name: unknown): SpanKind | undefined {
  return typeof name === "string" ? kinds[name.toLowerCase().replace(/^span_?kind[_.]/, "")] : undefined;
}

/** Whether the code of a status, by number or name, means an error: 2, `ERROR`, `STATUS_CODE_ERROR`, `StatusCode.ERROR`. */
export function namesError(code: unknown): boolean {
  return code === 2 || (typeof code === "string" && (code === "2" || /(?:^|[_.])error$/i.test(code)));
}
