import { type Context, propagation, ROOT_CONTEXT, type TextMapGetter } from "@opentelemetry/api";
import type { Headers } from "../kafka/messages.ts";

const getter: TextMapGetter<Headers> = {
  get: (headers, name) => headers[name]?.toString(),
  keys: (headers) => Object.keys(headers),
};

/** The trace context that a producer wrote into the headers of its message. */
export function contextOf(headers: Headers): Context {
  return propagation.extract(ROOT_CONTEXT, headers, getter);
}
