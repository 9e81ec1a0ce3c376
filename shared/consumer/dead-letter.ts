import { createHash } from "node:crypto";
import { HoldupError } from "../../core/errors.ts";
import type { IncomingMessage } from "../kafka/messages.ts";
import type { Publisher } from "../kafka/publisher.ts";
import { deadLetterTopic, type Stage } from "../pipeline/stages.ts";

const longestMessage = 1000;

/**
 * Publishes a message to the dead-letter topic of its stage: key, value and headers unchanged, with the error and the source in
 * additional headers. A value that leaves no room for them is replaced by its size and SHA-256; the original is still in the
 * source topic at the offset in the headers.
 *
 * @throws HoldupError when that cannot be published either
 */
export async function publishDeadLetter(
  message: IncomingMessage,
  error: HoldupError,
  { stage, publisher }: { stage: Stage; publisher: Publisher },
): Promise<void> {
  const { key, value } = message;
  const topic = deadLetterTopic(stage.topic);
  const headers = {
    ...message.headers,
    "holdup.error.code": error.code,
    "holdup.error.message": error.message.slice(0, longestMessage),
    "holdup.source.topic": stage.topic,
    "holdup.source.partition": `${message.partition}`,
    "holdup.source.offset": message.offset,
    "holdup.source.group": stage.group,
  };
  try {
    await publisher.publish({ topic, key, value, headers });
  } catch (thrown) {
    if (!(thrown instanceof HoldupError && thrown.code === "HOLDUP_KAFKA_REJECTED") || value === null)
      throw thrown;
    const digest = createHash("sha256").update(value).digest("hex");
    const stub = { "holdup.value.bytes": `${value.length}`, "holdup.value.sha256": digest };
    await publisher.publish({ topic, key, value: null, headers: { ...headers, ...stub } });
  }
}
