const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/**
 * Parses a Go duration ("1.5s", "1h30m", "100us") into nanoseconds. Throws RangeError with the text of Go's
 * time.ParseDuration, which Jaeger passes on.
 */
export function parseGoDuration(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  let rest = text.replace(/^[-+]/, "");
  if (rest === "0") return 0;
  if (rest === "") throw invalid(text);
  let total = 0;
  while (rest !== "") {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) throw invalid(text);
    rest = rest.slice(number.length);
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? "";
    if (unit === "") throw new RangeError(`time: missing unit in duration ${JSON.stringify(text)}`);
    const factor = unitNs[unit];
    if (factor === undefined) {
      throw new RangeError(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    }
    total += Number(number) * factor;
    rest = rest.slice(unit.length);
  }
  return sign * Math.round(total);
}

function invalid(text: string): RangeError {
  return new RangeError(`time: invalid duration ${JSON.stringify(text)}`);
}
