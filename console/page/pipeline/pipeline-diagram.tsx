import { counted, durationOfMs } from "../../../core/format.ts";
import { number } from "../text/format.ts";
import { type PipelineStep, topicTotals, waitingIn } from "./topology.ts";

const height = 196;
const serviceWidth = 150;
const topicWidth = 150;
const gap = 34;
const top = 34;
const boxHeight = 104;

/** Services and topics from left to right, each with its most important figures. */
export function PipelineDiagram({ steps }: { steps: readonly PipelineStep[] }) {
  let x = 8;
  const positioned = steps.map((step) => {
    const topicX = x;
    if (step.reads) x += topicWidth + gap;
    const serviceX = x;
    x += serviceWidth + gap;
    return { step, topicX, serviceX };
  });
  const width = Math.max(600, x - gap + 8);
  return (
    <div class="panel diagram">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={describe(steps)}>
        {positioned.map(({ step, topicX, serviceX }, n) => (
          <g key={step.service}>
            {n > 0 && step.reads && <Arrow from={topicX - gap} to={topicX} />}
            {step.reads && <Topic step={step} x={topicX} />}
            {step.reads && <Arrow from={topicX + topicWidth} to={serviceX} />}
            <Service step={step} x={serviceX} />
          </g>
        ))}
      </svg>
    </div>
  );
}

function describe(steps: readonly PipelineStep[]): string {
  const descriptions = steps.map(({ service, reads, instances }) => {
    const cpu = instances.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0);
    const waiting = reads ? `${reads.topic} with ${topicTotals(reads).waiting} waiting, then ` : "";
    return `${waiting}${service} at ${number(cpu)} % of a core`;
  });
  return `The pipeline: ${descriptions.join("; ")}. The tables below have the details.`;
}

function Arrow({ from, to }: { from: number; to: number }) {
  const y = top + boxHeight / 2;
  return (
    <path
      class="arrow"
      d={`M${from + 4} ${y}H${to - 6}M${to - 12} ${y - 5}L${to - 5} ${y}L${to - 12} ${y + 5}`}
    />
  );
}

function Service({ step: { service, instances }, x }: { step: PipelineStep; x: number }) {
  const cpu = instances.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0);
  const memory = instances.reduce((sum, { memoryMb }) => sum + memoryMb, 0);
  const threads = instances.reduce((sum, { workers }) => sum + workers.threads, 0);
  const busy = instances.reduce((sum, { workers }) => sum + workers.busy, 0);
  const queued = instances.reduce((sum, { workers }) => sum + workers.queued, 0);
  return (
    <g>
      <text x={x} y={top - 10} class="diagram-name">
        {service}
      </text>
      <rect
        x={x}
        y={top}
        width={serviceWidth}
        height={boxHeight}
        rx="8"
        class={instances.length > 0 ? "service-box" : "service-box absent"}
      />
      {instances.length === 0 ? (
        <text x={x + 12} y={top + 50} class="diagram-text">
          does not report
        </text>
      ) : (
        <>
          <text x={x + 12} y={top + 28} class="diagram-number">
            {number(cpu)} %
          </text>
          <text x={x + 12} y={top + 46} class="diagram-small">
            of a core, {number(memory)} MiB
          </text>
          <Meter x={x + 12} y={top + 58} width={serviceWidth - 24} share={threads > 0 ? busy / threads : 0} />
          <text x={x + 12} y={top + 86} class="diagram-small">
            {busy} of {threads} workers{queued > 0 ? `, ${queued} queued` : ""}
          </text>
        </>
      )}
      <text x={x} y={top + boxHeight + 20} class="diagram-small">
        {counted(instances.length, "replica")}
      </text>
    </g>
  );
}

function Meter({ x, y, width, share }: { x: number; y: number; width: number; share: number }) {
  return (
    <>
      <rect x={x} y={y} width={width} height="8" rx="4" class="meter-back" />
      <rect x={x} y={y} width={width * Math.min(1, share)} height="8" rx="4" class="meter" />
    </>
  );
}

/** A topic as its partitions, each with a bar for its waiting messages. */
function Topic({ step, x }: { step: PipelineStep; x: number }) {
  const { reads } = step;
  if (!reads) return null;
  const total = topicTotals(reads);
  const deepest = Math.max(10, ...reads.partitions.map(waitingIn));
  const rowHeight = Math.min(30, boxHeight / Math.max(1, reads.partitions.length));
  return (
    <g>
      <text x={x} y={top - 10} class="diagram-name">
        {reads.topic}
      </text>
      {reads.partitions.map((one, n) => {
        const { partition, inFlight } = one;
        const waiting = waitingIn(one);
        const y = top + n * rowHeight;
        return (
          <g key={partition}>
            <rect x={x} y={y} width={topicWidth} height={rowHeight - 4} class="partition-box" />
            <rect
              x={x + topicWidth * (1 - waiting / deepest)}
              y={y}
              width={(topicWidth * waiting) / deepest}
              height={rowHeight - 4}
              class="partition-lag"
            />
            <text x={x + 6} y={y + rowHeight / 2 + 3} class="diagram-small">
              p{partition}
              {inFlight > 0 ? " ▶" : ""}
            </text>
            <text x={x + topicWidth - 6} y={y + rowHeight / 2 + 3} class="diagram-text" text-anchor="end">
              {waiting > 0 ? waiting : ""}
            </text>
          </g>
        );
      })}
      <text x={x} y={top + boxHeight + 20} class="diagram-small">
        {number(total.inPerSecond)}/s in, {number(total.outPerSecond)}/s out
      </text>
      <text x={x} y={top + boxHeight + 37} class="diagram-small">
        {total.waiting} waiting
        {total.oldestWaitingMs === undefined ? "" : `, oldest ${durationOfMs(total.oldestWaitingMs)}`}
      </text>
      {reads.deadLetters > 0 && (
        <text x={x} y={top + boxHeight + 54} class="diagram-dead">
          {counted(reads.deadLetters, "dead letter")}
        </text>
      )}
    </g>
  );
}
