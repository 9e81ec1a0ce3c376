import { z } from "zod";

/** Facts that the spans of a stage can lack. */
export const missingFacts = [
  "partition",
  "offset",
  "cluster",
  "consumer group",
  "consumer instance",
  "time of arrival",
  "processing time",
] as const;

type MissingFact = (typeof missingFacts)[number];

/**
 * What the spans of a service can lack, by how much depends on it: besides facts, everything about the handling, the topic, or an
 * operation that is known.
 */
export const lacks = [
  "handling",
  "processing time",
  "topic",
  "operation",
  "partition",
  "time of arrival",
  "consumer instance",
  "offset",
  "cluster",
  "consumer group",
] as const satisfies readonly (MissingFact | "handling" | "topic" | "operation")[];

const count = z.int();

const lackFinding = z
  .object({
    what: z.enum(lacks),
    scope: z.string().optional().describe("Library whose spans lack it; absent when they name none."),
    topics: z.array(z.string()).readonly().describe("By name; empty where the spans name none."),
    spans: count.describe("Messages, or spans where no message is known, that lack it."),
    of: count,
    example: z.string().optional().describe("An operation that is not known."),
  })
  .readonly()
  .meta({ id: "LackFinding" });

const libraryFinding = z
  .object({
    scope: z
      .string()
      .optional()
      .describe("Name of the instrumentation scope; absent when the spans name none."),
    sent: count.describe("Spans of sending a message."),
    received: count.describe("Spans of fetching messages that do not show the handling."),
    handled: count.describe("Spans of handling a message or a batch."),
  })
  .readonly()
  .meta({ id: "LibraryFinding" });

const topicFinding = z
  .object({ topic: z.string(), sent: count, received: count, handled: count })
  .readonly()
  .meta({ id: "TopicFinding" });

export const serviceFinding = z
  .object({
    service: z.string(),
    language: z.string().optional().describe("As `telemetry.sdk.language` names it."),
    sdk: z.string().optional().describe("Name of the SDK."),
    distro: z.string().optional().describe("Name of the SDK's distribution, such as Java's agent."),
    libraries: z.array(libraryFinding).readonly().describe("By name; those that record spans of messages."),
    topics: z.array(topicFinding).readonly().describe("By name."),
    lacks: z.array(lackFinding).readonly().describe("Empty when nothing is missing."),
  })
  .readonly()
  .meta({
    id: "ServiceFinding",
    description: "A service that sends, fetches or handles messages, and what its spans lack.",
  });

export type Lack = (typeof lacks)[number];
export type LackFinding = z.output<typeof lackFinding>;
export type ServiceFinding = z.output<typeof serviceFinding>;
