import type { IncomingMessage, ServerResponse } from "node:http";

export type Call = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Decoded `:name` segments of the path, in order. */
  readonly parts: readonly string[];
  readonly params: URLSearchParams;
};

export type Route = {
  /** Path with `:name` for a segment that may be anything, such as `/api/traces/:id`. */
  readonly path: string;
  readonly answer: (call: Call) => void | Promise<void>;
};

/** The route for a path, and its segments; undefined when there is none or the path is badly encoded. */
export function findRoute(
  routes: readonly Route[],
  path: string,
): { route: Route; parts: string[] } | undefined {
  const wanted = path.split("/");
  for (const route of routes) {
    const pattern = route.path.split("/");
    const fits = pattern.length === wanted.length && pattern.every((part, i) => matches(part, wanted[i]));
    if (!fits) continue;
    const parts = wanted.filter((_, i) => pattern[i]?.startsWith(":")).map(decode);
    return parts.includes(undefined) ? undefined : { route, parts: parts.map(String) };
  }
  return undefined;
}

function matches(pattern: string, part: string | undefined): boolean {
  return pattern.startsWith(":") ? part !== undefined && part !== "" : pattern === part;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
