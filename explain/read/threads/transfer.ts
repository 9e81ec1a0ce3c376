import { type MessageFacts, unreadFacts } from "../../spans/message.ts";
import type { SpanBatch, WorkFacts } from "../../spans/span-batch.ts";

/**
 * A batch as it crosses threads: columns are handed over, and objects are packed into columns, because copying a million of them
 * takes longer than decoding them.
 */
export type PackedBatch = Omit<SpanBatch, "messages" | "works"> & {
  /** Texts of messages and works. */
  readonly words: Int32Array;
  readonly factTexts: readonly string[];
  readonly messageNumbers: Float64Array;
  readonly workNumbers: Float64Array;
};

const roles = ["send", "receive", "process"] as const;
const messageTexts = ["system", "cluster", "topic", "key", "group", "messageId"] as const;
const messageAmounts = [
  "partition",
  "offset",
  "batchCount",
  "recordTimestampMs",
  "queueTimeMs",
  "assignedAtMs",
  "fetchedAtMs",
  "concurrency",
] as const;
const consumerTexts = ["instance", "place", "environment"] as const;
/** Role, flags and facts that are not read, texts, amounts, the texts of the consumer. */
const messageWidth = 3 + messageTexts.length + messageAmounts.length + consumerTexts.length;
const workWidth = 5;

const wrapsBit = 1;
const skippedBit = 2;
const inferredBit = 4;
const clientBit = 8;

export function pack(batch: SpanBatch): PackedBatch {
  const { messages, works, ...columns } = batch;
  const index = new Map<string, number>();
  const textOf = (text: string | undefined) => {
    if (text === undefined) return Number.NaN;
    const known = index.get(text);
    if (known !== undefined) return known;
    index.set(text, index.size);
    return index.size - 1;
  };
  const messageNumbers = new Float64Array(messages.length * messageWidth);
  let at = 0;
  const put = (value: number | undefined) => {
    messageNumbers[at++] = value ?? Number.NaN;
  };
  for (const message of messages) {
    const { role, wrapsHandling, skipped, isInferred, consumer, unread } = message;
    put(roles.indexOf(role));
    put(
      (wrapsHandling ? wrapsBit : 0) |
        (skipped ? skippedBit : 0) |
        (isInferred ? inferredBit : 0) |
        (consumer.hasClient ? clientBit : 0),
    );
    put(unread.reduce((bits, fact) => bits | (1 << unreadFacts.indexOf(fact)), 0));
    for (const fact of messageTexts) put(textOf(message[fact]));
    for (const fact of messageAmounts) put(message[fact]);
    for (const fact of consumerTexts) put(textOf(consumer[fact]));
  }
  const workNumbers = new Float64Array(works.length * workWidth);
  works.forEach(({ operation, intensity, queueMs, cpuMs = Number.NaN, memoryMb = Number.NaN }, n) => {
    workNumbers.set([textOf(operation), textOf(intensity), queueMs, cpuMs, memoryMb], n * workWidth);
  });
  return { ...columns, factTexts: [...index.keys()], messageNumbers, workNumbers };
}

/** `intern` keeps one copy of each text. */
export function unpack(packed: PackedBatch, intern: (text: string) => string): SpanBatch {
  const { factTexts, messageNumbers, workNumbers, ...columns } = packed;
  const texts = factTexts.map(intern);
  const textAt = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? undefined : texts[value];
  const amountAt = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? undefined : value;
  const messages: MessageFacts[] = [];
  for (let at = 0; at < messageNumbers.length; at += messageWidth) {
    const flags = messageNumbers[at + 1] ?? 0;
    const unread = messageNumbers[at + 2] ?? 0;
    const text = at + 3;
    const amount = text + messageTexts.length;
    const consumer = amount + messageAmounts.length;
    messages.push({
      role: roles[messageNumbers[at] ?? 0] ?? "send",
      wrapsHandling: (flags & wrapsBit) !== 0,
      system: textAt(messageNumbers[text]),
      cluster: textAt(messageNumbers[text + 1]) ?? "",
      topic: textAt(messageNumbers[text + 2]) ?? "",
      partition: amountAt(messageNumbers[amount]),
      offset: amountAt(messageNumbers[amount + 1]),
      key: textAt(messageNumbers[text + 3]),
      group: textAt(messageNumbers[text + 4]),
      messageId: textAt(messageNumbers[text + 5]),
      batchCount: amountAt(messageNumbers[amount + 2]),
      consumer: {
        instance: textAt(messageNumbers[consumer]),
        place: textAt(messageNumbers[consumer + 1]),
        environment: textAt(messageNumbers[consumer + 2]),
        hasClient: (flags & clientBit) !== 0,
      },
      recordTimestampMs: amountAt(messageNumbers[amount + 3]),
      queueTimeMs: amountAt(messageNumbers[amount + 4]),
      assignedAtMs: amountAt(messageNumbers[amount + 5]),
      fetchedAtMs: amountAt(messageNumbers[amount + 6]),
      concurrency: amountAt(messageNumbers[amount + 7]),
      skipped: (flags & skippedBit) !== 0,
      isInferred: (flags & inferredBit) !== 0,
      unread: unread === 0 ? noneUnread : unreadFacts.filter((_, n) => (unread & (1 << n)) !== 0),
    });
  }
  const works: WorkFacts[] = [];
  for (let at = 0; at < workNumbers.length; at += workWidth) {
    works.push({
      operation: textAt(workNumbers[at]) ?? "",
      intensity: textAt(workNumbers[at + 1]),
      queueMs: workNumbers[at + 2] ?? 0,
      cpuMs: amountAt(workNumbers[at + 3]),
      memoryMb: amountAt(workNumbers[at + 4]),
    });
  }
  return { ...columns, messages, works };
}

const noneUnread: MessageFacts["unread"] = [];

/** The buffers of a packed batch, to hand over instead of copying. */
export function buffersOf(packed: PackedBatch): ArrayBuffer[] {
  return Object.values(packed).flatMap((value) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
}
