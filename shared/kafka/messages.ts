/** Header values as Kafka stores them; a name can occur more than once. */
export type Headers = Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;

export type OutgoingMessage = {
  readonly topic: string;
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: Headers;
};

/** One message as a consumer received it. Times are ms since the Unix epoch. */
export type IncomingMessage = {
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** When the broker appended it; negative when the record has no time. */
  readonly recordTimeMs: number;
  /** When the consumer was last assigned the partition; undefined before it has joined its group. */
  readonly assignedAtMs: number | undefined;
  /** When the fetch that returned it ended; undefined when that fetch is unknown. */
  readonly fetchedAtMs: number | undefined;
};
