const nsPerUnit: Readonly<Record<string, number>> = {
  µs: 1e3,
  // The Greek letter mu, which keyboards have, looks like the micro sign.
  μs: 1e3,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  min: 6e10,
  h: 3.6e12,
  d: 8.64e13,
};

/** What to enter, for error messages. */
export const durationExpected = "expected a time such as 500ms, 30s, 10m or 2h (units: µs, ms, s, m, h, d)";

/** Reads a duration such as `30s` or `1.5 h`, in ns; undefined for any other text. */
export function readDuration(text: string): number | undefined {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*(\p{L}+)$/u.exec(text.trim()) ?? [];
  const ns = Object.hasOwn(nsPerUnit, unit) ? nsPerUnit[unit] : undefined;
  return ns === undefined ? undefined : Number(digits) * ns;
}
