import type { OrderAnswer } from "../../api.ts";

/**
 * Requests of the console's HTTP thread to the traces thread, and their responses. Thousands of bars and rows cross as JSON bytes,
 * which are transferred, not copied; spans and explanations never cross.
 */
export type Requests = {
  /** Explains new spans if the CPU budget allows it: JSON of a `deliveries` event, undefined when nothing has changed. */
  readonly changes: { readonly request: Running; readonly response: Json | undefined };
  /** JSON of a WindowAnswer. */
  readonly window: { readonly request: Window & { readonly running: Running }; readonly response: Json };
  /** An order by its id or trace id; undefined when it is not kept. */
  readonly order: { readonly request: string; readonly response: KeptOrder | undefined };
  /** Reads a trace by its id and keeps it; false when Jaeger has no such trace, or nothing new of it. */
  readonly fetchTrace: { readonly request: string; readonly response: boolean };
  /** Restores the numbers of orders; no order is numbered before. */
  readonly restoreNumbers: { readonly request: Numbers; readonly response: undefined };
  /** Whether a page is open. A page loads earlier deliveries as a window: `changes` starts from here. */
  readonly setWatched: { readonly request: boolean; readonly response: undefined };
};

export type RequestName = keyof Requests;

export type Json = Uint8Array<ArrayBuffer>;

/** The numbers of orders. */
export type Numbers = {
  /** Ids of orders with their numbers, ascending. */
  readonly orders: readonly (readonly [string, number])[];
  /** Orders that started before this have no number; undefined when there were none. */
  readonly fromMs: number | undefined;
};

export type Window = { readonly fromMs: number; readonly toMs: number };

/** Messages being handled now, as the services report them. */
export type Running = readonly { readonly order: string; readonly stage: string }[];

export type KeptOrder = Pick<OrderAnswer, "order" | "originMs" | "deliveries" | "spans"> & {
  /** `service.instance.id` of the services that wrote its spans. */
  readonly instances: readonly string[];
};

export type RequestMessage<Name extends RequestName = RequestName> = {
  readonly id: number;
  readonly name: Name;
  readonly request: Requests[Name]["request"];
};

export type ThreadMessage =
  | { readonly id: number; readonly response: Requests[RequestName]["response"] }
  | { readonly id: number; readonly refusal: { readonly code: string; readonly message: string } }
  /** After each poll of Jaeger: why it failed, or undefined. */
  | { readonly pollError: string | undefined }
  /** The orders just numbered. */
  | { readonly numbered: Numbers };

export type Handlers = {
  readonly [Name in RequestName]: (request: Requests[Name]["request"]) => Promise<Requests[Name]["response"]>;
};

export type TracesSettings = {
  readonly jaegerUrl: string;
  readonly historyMs: number;
  readonly maxSpans: number;
};
