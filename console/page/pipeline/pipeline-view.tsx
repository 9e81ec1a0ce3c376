import { useMemo } from "preact/hooks";
import { lab } from "../live/lab.ts";
import { useStore } from "../live/store.ts";
import { Loading, Note } from "../text/messages.tsx";
import { PipelineDiagram } from "./pipeline-diagram.tsx";
import { cpuSeries, lagSeries } from "./series.ts";
import { InstanceTable, PartitionTable } from "./state-tables.tsx";
import { TimeSeries } from "./time-series.tsx";
import { pipelineSteps } from "./topology.ts";

export function PipelineView() {
  const pipeline = useStore(lab, (state) => state.pipeline);
  const history = useStore(lab, (state) => state.history);
  const connection = useStore(lab, (state) => state.connection);
  const lag = useMemo(() => lagSeries(history), [history]);
  const cpu = useMemo(() => cpuSeries(history), [history]);
  if (!pipeline) {
    return (
      <>
        <h1>Pipeline</h1>
        {connection === "lost" ? (
          <Note title="The pipeline is not known yet">It appears as soon as the console answers.</Note>
        ) : (
          <Loading what="the state of the pipeline" />
        )}
      </>
    );
  }
  return (
    <>
      <h1>Pipeline</h1>
      <PipelineDiagram steps={pipelineSteps(pipeline)} />
      <div class="two">
        <TimeSeries title="Waiting messages" unit="messages" series={lag} />
        <TimeSeries title="CPU" unit="% of a core" series={cpu} />
      </div>
      <div class="two">
        <PartitionTable topics={pipeline.topics} />
        <InstanceTable instances={pipeline.instances} atMs={pipeline.atMs} />
      </div>
    </>
  );
}
