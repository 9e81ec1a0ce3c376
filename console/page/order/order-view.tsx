export function OrderView({ id }: { id: string }) {
  return <h1>{id}</h1>;
}
