import type { Headers } from "../kafka/publisher.ts";

/** One message as a consumer got it. */
export type Delivery = {
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
};
