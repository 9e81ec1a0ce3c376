import { describe, expect, it } from "vitest";
import { columnsOf, shorten, table, wrap, wrapItem } from "./layout.ts";

describe("wrap", () => {
  it("keeps a number and its unit on one line, and a name and its number", () => {
    expect(wrap("it took 54.3 s for order 4 and 2 min 7 s", 12)).toEqual([
      "it took",
      "54.3 s for",
      "order 4 and",
      "2 min 7 s",
    ]);
  });

  it("breaks a word that is longer than a line", () => {
    expect(wrap("an abcdefghij end", 4)).toEqual(["an", "abcd", "efgh", "ij", "end"]);
  });

  it("indents all lines of an item but the first", () => {
    expect(wrapItem("one two three", 7)).toEqual(["one", "  two", "  three"]);
  });

  it("counts terminal columns: two for 注, none for a combining accent", () => {
    expect(columnsOf("注文 e\u0301🧾")).toBe(8);
    expect(wrap("注文 注文 注文", 9)).toEqual(["注文 注文", "注文"]);
    expect(shorten("注文注文", 5)).toBe("注文…");
  });
});

describe("table", () => {
  const columns = [
    { head: "who", cells: ["order 1", "order 12"], isLeft: true },
    { head: "what", cells: ["prime", ""], isLeft: true, dropped: 1 },
    { head: "ms", cells: ["7", "1234"] },
    { head: "where", cells: ["p0", "p1"], isLeft: true, dropped: 2 },
  ];

  it.each([
    [40, ["who       what     ms  where", "order 1   prime     7  p0", "order 12         1234  p1"]],
    [25, ["who       what     ms", "order 1   prime     7", "order 12         1234"]],
    [14, ["who         ms", "order 1      7", "order 12  1234"]],
    [12, ["who       ms", "order…     7", "order…  1234"]],
  ])("in %i columns drops the least important columns, then shortens", (width, lines) => {
    expect(table(columns, width)).toEqual(lines);
  });

  it("drops a column that is empty in all rows, even the first", () => {
    const empty = { head: "CPU", cells: ["", ""] };
    expect(table([empty, ...columns, empty], 40)).toEqual(table(columns, 40));
    expect(table([{ head: "who", cells: [] }], 40)).toEqual([""]);
  });

  it("cuts a column before it is dropped", () => {
    const cut = columns.map((column) => (column.head === "what" ? { ...column, minColumns: 3 } : column));
    expect(table(cut, 20)).toEqual(["who       what    ms", "order 1   pri…     7", "order 12        1234"]);
  });

  it("shortens the first column when its head does not fit", () => {
    const lines = table(
      [
        { head: "what it ran", cells: ["abc"], isLeft: true },
        { head: "for", cells: ["7.35 s"] },
      ],
      14,
    );
    expect(lines).toEqual(["what …     for", "abc     7.35 s"]);
  });
});
