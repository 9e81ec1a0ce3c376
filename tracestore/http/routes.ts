import type { IncomingMessage, ServerResponse } from "node:http";

export type Call = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Decoded `:name` segments of the path, in order. */
  readonly segments: readonly string[];
  readonly params: URLSearchParams;
};

export type Route = {
  /** Path with `:name` for a segment that may be anything, such as `/api/traces/:id`. */
  readonly path: string;
  readonly answer: (call: Call) => void | Promise<void>;
};

/** The route for a path, and its segments; undefined without one, or when the path is badly encoded. */
export function findRoute(
  routes: readonly Route[],
  path: string,
): { route: Route; segments: string[] } | undefined {
  const given = path.split("/");
  for (const route of routes) {
    const pattern = route.path.split("/");
    const fits = pattern.length === given.length && pattern.every((segment, i) => matches(segment, given[i]));
    if (!fits) continue;
    const segments = given.filter((_, i) => pattern[i]?.startsWith(":")).map(decode);
    return segments.includes(undefined) ? undefined : { route, segments: segments.map(String) };
  }
  return undefined;
}

function matches(pattern: string, segment: string | undefined): boolean {
  return pattern.startsWith(":") ? segment !== undefined && segment !== "" : pattern === segment;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
