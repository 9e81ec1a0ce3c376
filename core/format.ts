// Figures and lists as text, the same in every answer, table and page.

const nsPerMs = 1_000_000;

/** A duration with three digits: `840 µs`, `14.0 ms`, `31.2 s`, `4 min 10 s`, `2 h 5 min`. */
export function duration(ns: number): string {
  if (ns < 0) return `−${duration(-ns)}`;
  if (ns === 0) return "0 ms";
  const ms = ns / nsPerMs;
  if (ms < 1) return `${Math.round(ns / 1000)} µs`;
  if (ms < 999.5) return `${threeDigits(ms)} ms`;
  if (ms < 119_500) return `${threeDigits(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** The same for milliseconds. */
export function durationOfMs(ms: number): string {
  return duration(Math.round(ms * nsPerMs));
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** `a, b and c` */
export function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/** `1 order`, `2 orders` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A rate: `0.07/s`, `2.3/s`, `120/s`. */
export function rate(perSecond: number): string {
  const decimals = perSecond < 0.995 ? 2 : Number(perSecond < 99.95);
  return `${Number(perSecond.toFixed(decimals))}/s`;
}

/** A share from 0 to 1: `42 %`. */
export function percent(share: number): string {
  return wholePercent(share * 100);
}

/** A value in percent, above 100 for more than one core: `187 %`. */
export function wholePercent(value: number): string {
  return `${Math.round(value)} %`;
}

/** The short name of a stage or service: `processing` for `processing-service`. */
export function stageName(group: string): string {
  return group.replace(/-service$/, "");
}

/** An amount of memory: `412 MiB`. */
export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
