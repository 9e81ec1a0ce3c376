import { pingKafka } from "./admin.ts";
import type { Kafka } from "./client.ts";

/** An answer younger than this is given again, in ms: each question opens a connection. */
const freshMs = 1000;

/** A check that Kafka answers, cheap enough to be asked by every readiness probe. */
export function createProbe(kafka: Kafka): () => Promise<void> {
  let asked = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve();
  return () => {
    if (performance.now() - asked > freshMs) {
      asked = performance.now();
      answer = pingKafka(kafka);
      answer.catch(() => {});
    }
    return answer;
  };
}
