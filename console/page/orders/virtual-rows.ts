/** Rows of equal height of which only those in view are drawn, and a few beyond. */
export function rowsInView(
  count: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
  beyond = 6,
): { readonly from: number; readonly to: number; readonly before: number; readonly after: number } {
  const from = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - beyond);
  const to = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + beyond);
  return {
    from,
    to: Math.max(from, to),
    before: from * rowHeight,
    after: (count - Math.max(from, to)) * rowHeight,
  };
}
