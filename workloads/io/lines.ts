import { drawAt } from "../../shared/pipeline/seed.ts";

/** Bytes of a line with its line feed. Fixed, so that the offset of a batch is known without an index. */
export const lineBytes = 96;

/** Lines [from, to) of the file of a seed, ASCII. */
export function linesOf(seed: number, from: number, to: number): string {
  let text = "";
  for (let line = from; line < to; line++) {
    const random = drawAt(seed, line);
    const hex = random.toString(16).padStart(8, "0");
    text += `${String(line).padStart(10, "0")} order=${hex} quantity=${1 + (random % 9)} ${hex.repeat(7)}`
      .padEnd(lineBytes - 1, ".")
      .concat("\n");
  }
  return text;
}

/** Rewrites the lines of the previous pass: each is reversed and starts with the number of the pass. */
export function rewriteLines(text: string, pass: number): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `${pass % 10}${[...line].reverse().join("").slice(1)}`))
    .join("\n");
}
