export function SendView() {
  return <h1>send</h1>;
}
