import { useMemo } from "preact/hooks";
import { lab } from "../live/lab.ts";
import { useStore } from "../live/store.ts";
import { Loading, Note } from "../text/messages.tsx";
import { PipelinePicture } from "./pipeline-diagram.tsx";
import { cpuSeries, lagSeries } from "./series.ts";
import { InstanceTable, PartitionTable } from "./state-tables.tsx";
import { TimeSeries } from "./time-series.tsx";
import { stationsOf } from "./topology.ts";

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
          <Note title="Nothing is known of the pipeline yet">It shows as soon as the console answers.</Note>
        ) : (
          <Loading what="the state of the pipeline" />
        )}
      </>
    );
  }
  return (
    <>
      <h1>Pipeline</h1>
      <PipelinePicture stations={stationsOf(pipeline)} />
      <div class="two">
        <TimeSeries title="Messages that wait" unit="messages" series={lag} />
        <TimeSeries title="CPU" unit="% of a core" series={cpu} />
      </div>
      <div class="two">
        <PartitionTable topics={pipeline.topics} />
        <InstanceTable instances={pipeline.instances} atMs={pipeline.atMs} />
      </div>
    </>
  );
}
