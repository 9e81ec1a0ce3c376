export function OrdersView() {
  return <h1>orders</h1>;
}
