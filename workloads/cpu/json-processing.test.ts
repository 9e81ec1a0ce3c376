import { expect, it } from "vitest";
import { invoice, orderDocument } from "./json-processing.ts";

it("totals a document by shelf, dearest line first", () => {
  const cheap = { sku: "b", quantity: 3, priceCents: 100, tags: ["shelf-1"] };
  const dear = { sku: "a", quantity: 1, priceCents: 250, tags: ["shelf-1", "box-2"] };
  expect(invoice({ id: 9, lines: [cheap, dear] })).toEqual({
    id: 9,
    totalCents: 550,
    shelves: { "shelf-1": 550, "box-2": 250 },
    lines: [dear, cheap],
  });
});

it("writes another document for another seed or item", () => {
  const documents = [orderDocument(1, 1), orderDocument(1, 2), orderDocument(2, 1)];
  expect(new Set(documents.map((document) => JSON.stringify(document.lines))).size).toBe(3);
  expect(orderDocument(1, 1)).toEqual(documents[0]);
});
