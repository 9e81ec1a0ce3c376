import type { OrderAnswer } from "../../api.ts";

/**
 * What the console's HTTP thread asks the one that keeps the traces, and what it is answered. Thousands of bars and rows cross as
 * JSON in bytes, which are handed over and not copied; neither spans nor explanations ever cross.
 */
export type Asks = {
  /** Explains what is new, when there is time for it: JSON of a `deliveries` event; undefined when nothing has changed. */
  readonly look: { readonly ask: Running; readonly answer: Json | undefined };
  /** JSON of a WindowAnswer. */
  readonly window: { readonly ask: Window & { readonly running: Running }; readonly answer: Json };
  /** An order by its id or trace; undefined when it is not among the kept ones. */
  readonly order: { readonly ask: string; readonly answer: KeptOrder | undefined };
  /** Brings a trace, by its id, among the kept ones; false when there is none. */
  readonly fetch: { readonly ask: string; readonly answer: boolean };
  /** The numbers that orders have; until then none is given. */
  readonly resume: { readonly ask: Numbers; readonly answer: undefined };
  /** Whether a page looks. What it missed it asks for as a window: changes are told from now on. */
  readonly watch: { readonly ask: boolean; readonly answer: undefined };
};

export type AskName = keyof Asks;

export type Json = Uint8Array<ArrayBuffer>;

/** Which orders have which numbers. */
export type Numbers = {
  /** Ids of orders with their numbers, in sequence. */
  readonly orders: readonly (readonly [string, number])[];
  /** Orders that began before had no number when numbering began; undefined when there were none. */
  readonly fromMs: number | undefined;
};

export type Window = { readonly fromMs: number; readonly toMs: number };

/** What is being handled, as the services say. */
export type Running = readonly { readonly order: string; readonly stage: string }[];

export type KeptOrder = Pick<OrderAnswer, "order" | "originMs" | "deliveries" | "spans"> & {
  /** `service.instance.id` of the services that wrote its spans. */
  readonly instances: readonly string[];
};

export type Question<Name extends AskName = AskName> = {
  readonly id: number;
  readonly name: Name;
  readonly ask: Asks[Name]["ask"];
};

export type Message =
  | { readonly id: number; readonly answer: Asks[AskName]["answer"] }
  | { readonly id: number; readonly refusal: { readonly code: string; readonly message: string } }
  /** After each look at Jaeger: why its traces could not be read, if so. */
  | { readonly trouble: string | undefined }
  /** The orders are those that have just been numbered. */
  | { readonly numbered: Numbers };

export type Handlers = {
  readonly [Name in AskName]: (ask: Asks[Name]["ask"]) => Promise<Asks[Name]["answer"]>;
};

export type TracesSettings = {
  readonly jaegerUrl: string;
  readonly historyMs: number;
  readonly maxSpans: number;
};
