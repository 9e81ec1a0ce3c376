import { styleText } from "node:util";
import { duration } from "../../core/format.ts";
import { maxOf } from "../extremes.ts";

const ascii = /^[\x20-\x7e]*$/;
const double =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
const none = /\p{M}/u;

/** Width of a text in terminal columns: two for East Asian characters and emoji, none for combining marks. */
export function columnsOf(text: string): number {
  if (ascii.test(text)) return text.length;
  return [...text].reduce((columns, one) => columns + (double.test(one) ? 2 : none.test(one) ? 0 : 1), 0);
}

/** Cuts text to `columns`, ending in `…` when something was cut. */
export function shorten(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  for (const one of text) {
    if (columnsOf(kept + one) > columns - 1) break;
    kept += one;
  }
  return `${kept}…`;
}

/** A non-breaking space, as in `54.3 s` and `order 4`. */
const glue = "\u00a0";

function glued(text: string): string {
  return text
    .replace(/(?<=\d) (?=(?:µs|ms|s|min|h|%)(?![\p{L}\d]))/gu, glue)
    .replace(/(?<=(?:^|[^\p{L}])(?:order|partition|offsets?|×)) (?=\d)/giu, glue);
}

/**
 * Breaks text into lines of at most `columns`: between words, but not between a number and its unit. A word longer than a
 * line is broken too.
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

/** Wraps a list item: all lines but the first are indented. */
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

/**
 * Rows of cells as lines, with `gap` columns between cells. Columns are as wide as their widest cell, at least `minWidths`, and
 * right-aligned unless listed in `left`.
 */
export function alignCells(
  rows: readonly (readonly string[])[],
  left: readonly number[] = [],
  { minWidths = [], gap = 2 }: { readonly minWidths?: readonly number[]; readonly gap?: number } = {},
): string[] {
  const widths = [...minWidths];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - columnsOf(cell));
        return left.includes(column) ? cell + padding : padding + cell;
      })
      .join(" ".repeat(gap))
      .trimEnd(),
  );
}

/** A cell for a value that can be unknown. */
export function orDash<Value>(value: Value | undefined, write: (value: Value) => string): string {
  return value === undefined ? "-" : write(value);
}

export function fits(lines: readonly string[], columns: number): boolean {
  return lines.every((line) => columnsOf(line) <= columns);
}

export type Column = {
  readonly head: string;
  readonly cells: readonly string[];
  readonly isLeft?: boolean;
  /** When the table is too wide, the column with the highest number is dropped first; columns without one stay. */
  readonly dropped?: number;
  /** Before the column is dropped, its cells are cut, but not below this width. */
  readonly minColumns?: number;
};

/** A table of as many columns as fit, with a header line. Columns whose cells are all empty are left out. */
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
  const cut = first && narrowed({ minColumns: 2, ...first }, excess);
  return cut ? fitted([cut, ...rest], width) : lines.map((line) => shorten(line, width));
}

/** The column narrowed by `excess`; undefined when that is below its minimum. */
function narrowed(column: Column, excess: number): Column | undefined {
  const { head, cells, minColumns = Number.POSITIVE_INFINITY } = column;
  const room = maxOf([head, ...cells].map(columnsOf)) - excess;
  if (room < minColumns) return undefined;
  return { ...column, head: shorten(head, room), cells: cells.map((cell) => shorten(cell, room)) };
}

function rowsOf(columns: readonly Column[]): string[][] {
  const height = Math.max(0, ...columns.map(({ cells }) => cells.length));
  return [
    columns.map(({ head }) => head),
    ...Array.from({ length: height }, (_, row) => columns.map(({ cells }) => cells[row] ?? "")),
  ];
}

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Styles text when there is colour. Colour never carries information that the text does not. */
export function paintWith(hasColour: boolean): Paint {
  return (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text);
}

/** Keeps the `most` longest items of a list, in their order; `left` are the others. */
export function longest<Item>(items: readonly Item[], most: number, nsOf: (item: Item) => number) {
  if (items.length <= most) return { shown: items, left: [] };
  const kept = new Set(items.toSorted((a, b) => nsOf(b) - nsOf(a)).slice(0, most));
  return { shown: items.filter((item) => kept.has(item)), left: items.filter((item) => !kept.has(item)) };
}

/** One line saying how many items are not listed and how long they took. */
export function leftLines<Item>(
  left: readonly Item[],
  one: string,
  many: string,
  nsOf: (item: Item) => number,
  width: number,
  under: string,
): string[] {
  if (left.length === 0) return [];
  const ns = left.reduce((sum, item) => sum + nsOf(item), 0);
  const what = left.length === 1 ? `1 shorter ${one} is` : `${left.length} shorter ${many} are`;
  return wrap(`${what} not listed: ${duration(ns)} in all.`, width, under);
}
