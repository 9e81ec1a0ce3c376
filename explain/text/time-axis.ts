const nsPerSecond = 1e9;
const steps = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30],
  ...[1, 2, 5, 10, 20, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * 60),
];
/** Room for the longest label and a gap. */
const leastColumns = 10;

/** A line of `columns` for a time of `lengthNs` that begins with 0; each label begins where its time is. */
export function timeAxis(lengthNs: number, columns: number): string {
  const columnNs = lengthNs / columns;
  const fine = steps.find((seconds) => (seconds * nsPerSecond) / columnNs >= leastColumns);
  const stepNs = (fine ?? Math.ceil((leastColumns * columnNs) / nsPerSecond / 86_400) * 86_400) * nsPerSecond;
  let line = "";
  for (let atNs = 0; atNs < lengthNs; atNs += stepNs) {
    const label = `╷${labelOf(atNs / nsPerSecond)}`;
    const column = Math.floor(atNs / columnNs);
    if (column + label.length <= columns) line = line.padEnd(column) + label;
  }
  return line;
}

function labelOf(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${Number(seconds.toFixed(3))} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds - minutes * 60);
  if (minutes < 120) return rest === 0 ? `${minutes} min` : `${minutes}:${String(rest).padStart(2, "0")} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60}`;
}
