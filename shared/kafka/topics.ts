import { deadLetterTopic, topics } from "../pipeline/stages.ts";
import { withAdmin } from "./admin.ts";
import type { Kafka } from "./client.ts";

/** The timestamp of a record is when the broker appended it: the wait for a consumer starts then. */
export const timedByBroker = { name: "message.timestamp.type", value: "LogAppendTime" };

/**
 * Creates missing topics of the pipeline and their dead-letter topics; never changes existing ones. `timedByBroker` is also the
 * default of the lab's own broker, which covers topics that an older Holdup created.
 */
export async function ensureTopics(kafka: Kafka, partitions: number): Promise<void> {
  await withAdmin(kafka, "the creation of topics", async (admin) => {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        ...topics.map((topic) => ({ topic, numPartitions: partitions, configEntries: [timedByBroker] })),
        ...topics.map((topic) => ({
          topic: deadLetterTopic(topic),
          numPartitions: 1,
          // Room for the error's headers besides the largest message that the source topic accepts (1 MiB).
          configEntries: [{ name: "max.message.bytes", value: `${2 * 1024 * 1024}` }],
        })),
      ],
    });
  });
}
