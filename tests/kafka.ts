import { pino } from "pino";
import { createKafka } from "../shared/kafka/client.ts";

/** A Kafka client for tests that logs nothing. */
export function testKafka(brokers: string) {
  return createKafka({ brokers: [brokers], clientId: "test", log: pino({ level: "silent" }) });
}
