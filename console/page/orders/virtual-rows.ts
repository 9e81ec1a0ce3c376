/** Which rows of a long list to render: those in view and `beyond` more on either side; `before` and `after` are pixels to leave empty. */
export function visibleRows(
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
