export function VerdictView(_: { query: URLSearchParams }) {
  return <h1>Verdict</h1>;
}
