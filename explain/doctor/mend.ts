import type { Lack } from "../service-finding.ts";

/** What a mend is for: something that a service's spans lack, or a topic of which nobody's spans show who consumes it. */
export type Ailment = Lack | "consumer";

/** Whose spans lack something. */
export type Place = {
  readonly language?: string | undefined;
  readonly scope?: string | undefined;
  readonly sdk?: string | undefined;
};

export type Advice = {
  readonly lack: Ailment;
  /** `setting` and `shell` change no code; `none`: there is nothing to add to the spans. */
  readonly kind: "setting" | "shell" | "code" | "none";
  /** What and where, as a sentence. */
  readonly where: string;
  /** To be copied as they are. */
  readonly lines: readonly string[];
  /** More to set, in the shell that starts each replica. */
  readonly shell?: string;
  readonly brings: string;
  /** Where it was verified. */
  readonly source: string;
  /** Patterns; the advice is for places that match all of them. */
  readonly language?: RegExp;
  readonly scope?: RegExp;
  readonly sdk?: RegExp;
  /** For spans that name neither language nor library, as Zipkin's. */
  readonly isAnonymous?: boolean;
  /** A place that this advice is for. */
  readonly example: Place;
};

export const tried = "tried by tests/foreign word for word";
export const conventions = "OpenTelemetry semantic conventions, messaging spans";
export const bringsAll = "Each message's waiting and handling are known, and who held up whom is proven.";

/** Places of which the table says more than one thing. */
export const places = {
  python: /^python$/,
  go: /^go$/,
  java: /^(?:java|jvm)$/,
  nodejs: /^nodejs$/,
  confluentKafka: /^opentelemetry\.instrumentation\.confluent_kafka/,
  springBoot: /^org\.springframework\.boot/,
} as const;

export const confluentKafka: Place = {
  language: "python",
  scope: "opentelemetry.instrumentation.confluent_kafka",
  sdk: "opentelemetry",
};
