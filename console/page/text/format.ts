/** `12.5`, `3`, `0.04`: at most three significant digits. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) < 0.095 ? 2 : Math.abs(value) < 99.5 ? 1 : 0;
  return String(Number(value.toFixed(digits)));
}

/** `07:16:40` in the time zone of the browser. */
export function clock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString("en-GB");
}

/** `07:16:40.250` */
export function clockWithMs(atMs: number): string {
  const ms = Math.floor(((atMs % 1000) + 1000) % 1000);
  return `${clock(atMs)}.${String(ms).padStart(3, "0")}`;
}

/** `order 3` becomes `3`, to fit into a bar. Other names stay unchanged. */
export function shortName(orderName: string): string {
  return /^order (\S+)$/i.exec(orderName)?.[1] ?? orderName;
}
