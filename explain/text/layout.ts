import { maxOf } from "../extremes.ts";

const ascii = /^[\x20-\x7e]*$/;
const double =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
const none = /\p{M}/u;

/** Columns that text takes on a terminal: two for East Asian characters and emoji, none for combining marks. */
export function columnsOf(text: string): number {
  if (ascii.test(text)) return text.length;
  return [...text].reduce((columns, one) => columns + (double.test(one) ? 2 : none.test(one) ? 0 : 1), 0);
}

/** Cut to so many columns, with `…` at the end when something is missing. */
export function shorten(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  for (const one of text) {
    if (columnsOf(kept + one) > columns - 1) break;
    kept += one;
  }
  return `${kept}…`;
}

/** A space that stays within its line: `54.3 s`, `order 4`. */
const glue = "\u00a0";

function glued(text: string): string {
  return text
    .replace(/(?<=\d) (?=(?:µs|ms|s|min|h|%)(?![\p{L}\d]))/gu, glue)
    .replace(/(?<=(?:^|[^\p{L}])(?:order|partition|offsets?|×)) (?=\d)/giu, glue);
}

/**
 * Breaks text into lines of at most `columns`: between words, but not between a number and its unit; and within a word
 * that is longer than a line.
 */
export function wrap(text: string, columns: number, indent = ""): string[] {
  const room = Math.max(1, columns - indent.length);
  const lines: string[] = [];
  let line = "";
  for (const word of glued(text)
    .split(" ")
    .flatMap((one) => pieces(one, room))) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) > room) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line].map((one) => one.replaceAll(glue, " "));
}

/** The same, with the first line's beginning in the indent of the others: a list item. */
export function wrapItem(text: string, columns: number, indent = "  "): string[] {
  const [first = "", ...rest] = wrap(text, columns, indent);
  return [first.slice(indent.length), ...rest];
}

function pieces(word: string, room: number): string[] {
  const found: string[] = [];
  let piece = "";
  for (const one of columnsOf(word) > room ? word : []) {
    if (columnsOf(piece + one) > room) {
      found.push(piece);
      piece = "";
    }
    piece += one;
  }
  return found.length > 0 ? [...found, piece] : [word];
}

/** Rows of cells as lines, each column as wide as its widest cell, right-aligned unless it is in `left`. */
export function alignCells(rows: readonly (readonly string[])[], left: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const gap = " ".repeat((widths[column] ?? 0) - columnsOf(cell));
        return left.includes(column) ? cell + gap : gap + cell;
      })
      .join("  ")
      .trimEnd(),
  );
}

export function fits(lines: readonly string[], columns: number): boolean {
  return lines.every((line) => columnsOf(line) <= columns);
}

export type Column = {
  readonly head: string;
  readonly cells: readonly string[];
  readonly isLeft?: boolean;
  /** Where there is no room for all, the column with the highest number goes first; those without one stay. */
  readonly dropped?: number;
  /** Before it goes, its cells are cut, but not to less than this. */
  readonly leastColumns?: number;
};

/** Columns side by side, the heads first: as many as there is room for. Those that are empty in all rows are left out. */
export function table(columns: readonly Column[], width: number): string[] {
  return fitted(
    columns.filter(({ cells }) => cells.some((cell) => cell !== "")),
    width,
  );
}

function fitted(columns: readonly Column[], width: number): string[] {
  const lines = alignCells(
    rowsOf(columns),
    columns.flatMap(({ isLeft }, n) => (isLeft ? [n] : [])),
  );
  if (fits(lines, width)) return lines;
  const excess = maxOf(lines.map(columnsOf)) - width;
  const last = Math.max(0, ...columns.map(({ dropped = 0 }) => dropped));
  if (last > 0) {
    return fitted(
      columns.flatMap((column) => (column.dropped === last ? (narrowed(column, excess) ?? []) : column)),
      width,
    );
  }
  const [first, ...rest] = columns;
  const cut = first && narrowed({ leastColumns: 2, ...first }, excess);
  return cut ? fitted([cut, ...rest], width) : lines.map((line) => shorten(line, width));
}

/** A column that is so much narrower; undefined when it would be too narrow then. */
function narrowed(column: Column, excess: number): Column | undefined {
  const { head, cells, leastColumns = Number.POSITIVE_INFINITY } = column;
  const room = maxOf([head, ...cells].map(columnsOf)) - excess;
  if (room < leastColumns) return undefined;
  return { ...column, head: shorten(head, room), cells: cells.map((cell) => shorten(cell, room)) };
}

function rowsOf(columns: readonly Column[]): string[][] {
  const height = Math.max(0, ...columns.map(({ cells }) => cells.length));
  return [
    columns.map(({ head }) => head),
    ...Array.from({ length: height }, (_, row) => columns.map(({ cells }) => cells[row] ?? "")),
  ];
}
