import { fillOfCause } from "./cause-patterns.tsx";

/** What a cause means, for people. */
export const meanings: Readonly<Record<string, string>> = {
  "same-partition": "an earlier message of its partition was being handled",
  "same-key": "an earlier message of its key was being handled",
  "same-consumer": "its consumer was handling another partition",
  "fetch-barrier": "the client waited for another partition's batch before it fetched again",
  capacity: "every place to be handled was taken",
  rebalance: "the group was sharing out its partitions anew, or nobody had this one",
  retry: "an earlier attempt of the same message, or the pause after it",
  transport: "on its way: the client was polling Kafka and fetching it",
  unexplained: "the spans do not tell",
};

export function CauseName({ cause }: { cause: string }) {
  return (
    <span class="cause-name" title={meanings[cause]}>
      <svg width="18" height="12" aria-hidden="true">
        <rect width="18" height="12" fill={fillOfCause(cause)} />
      </svg>
      {cause}
    </span>
  );
}
