import { counted, durationOfMs } from "../../../core/format.ts";
import type { InstanceState, TopicState } from "../../api.ts";
import { number } from "../text/format.ts";
import { waitingIn } from "./topology.ts";

export function PartitionTable({ topics }: { topics: readonly TopicState[] }) {
  return (
    <section class="panel" aria-labelledby="partitions">
      <h2 id="partitions">Topics and partitions</h2>
      {topics.length === 0 ? (
        <p>
          No topics are known. Check with <code>./holdup status</code> whether Kafka answers.
        </p>
      ) : (
        <table>
          <caption class="small">
            In flight: being handled now. Waiting: not handled yet. Oldest: age of the oldest message whose
            offset is not committed. Dead letter: a message that failed its last attempt.
          </caption>
          <thead>
            <tr>
              <th scope="col">Partition</th>
              <th scope="col">In /s</th>
              <th scope="col">Out /s</th>
              <th scope="col">Waiting</th>
              <th scope="col">Oldest</th>
              <th scope="col">In flight</th>
            </tr>
          </thead>
          {topics.map(({ topic, stage, partitions, deadLetters }) => (
            <tbody key={topic}>
              <tr>
                <th colSpan={6} scope="rowgroup">
                  <strong>{topic}</strong> → {stage}
                  {", "}
                  <span class={deadLetters > 0 ? "dead" : "small"}>
                    {counted(deadLetters, "dead letter")}
                  </span>
                </th>
              </tr>
              {partitions.map((one) => (
                <tr key={one.partition}>
                  <th scope="row">{one.partition}</th>
                  <td>{number(one.inPerSecond)}</td>
                  <td>{number(one.outPerSecond)}</td>
                  <td>{waitingIn(one)}</td>
                  <td>{one.oldestWaitingMs === undefined ? "–" : durationOfMs(one.oldestWaitingMs)}</td>
                  <td>{one.inFlight}</td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      )}
    </section>
  );
}

export function InstanceTable({ instances, atMs }: { instances: readonly InstanceState[]; atMs: number }) {
  return (
    <section class="panel" aria-labelledby="instances">
      <h2 id="instances">Services and replicas</h2>
      {instances.length === 0 ? (
        <p>
          No service reports. Check with <code>./holdup status</code> whether Redis and the lab run.
        </p>
      ) : (
        <table>
          <caption class="small">
            Loop delay: how late the event loop runs its tasks. A long delay means that work blocks the thread
            that also talks to Kafka. Workers: busy threads for such work. Queue: tasks that wait for a
            worker.
          </caption>
          <thead>
            <tr>
              <th scope="col">Replica</th>
              <th scope="col">CPU, %</th>
              <th scope="col">Memory</th>
              <th scope="col">Loop delay</th>
              <th scope="col">Workers</th>
              <th scope="col">Queue</th>
              <th scope="col">Restarts</th>
              <th scope="col">Up</th>
            </tr>
          </thead>
          <tbody>
            {instances.map((one) => (
              <tr key={one.instance}>
                <th scope="row">{one.instance}</th>
                <td title={`Of one core, measured for its ${one.source}`}>{number(one.cpuPercent)}</td>
                <td title={`Measured for its ${one.source}`}>{number(one.memoryMb)} MiB</td>
                <td>{number(one.loopDelayMs)} ms</td>
                <td>
                  {one.workers.busy} of {one.workers.threads}
                </td>
                <td>{one.workers.queued}</td>
                <td class={one.restarts > 0 ? "dead" : ""}>{one.restarts}</td>
                <td>{durationOfMs(Math.max(0, atMs - one.startedAtMs))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
