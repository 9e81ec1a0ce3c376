export function PipelineView() {
  return <h1>pipeline</h1>;
}
