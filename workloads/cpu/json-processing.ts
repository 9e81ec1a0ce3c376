import { hash } from "node:crypto";
import { drawAt } from "../../shared/pipeline/seed.ts";
import type { SliceTask } from "../slice.ts";

/** Lines in a document; with 100 documents the operation takes a few milliseconds. */
const linesPerDocument = 16;

type Line = { sku: string; quantity: number; priceCents: number; tags: string[] };
type OrderDocument = { id: number; lines: Line[] };

/** Writes order documents as JSON, one after another: each is parsed and totalled, and the result hashed. */
export function jsonProcessing(task: SliceTask): string {
  let digest = "";
  for (let item = 0; item < task.items; item++) {
    const text = JSON.stringify(orderDocument(task.seed, item));
    const parsed: OrderDocument = JSON.parse(text);
    digest = hash("sha256", digest + JSON.stringify(invoice(parsed)));
  }
  return digest;
}

export function orderDocument(seed: number, id: number): OrderDocument {
  const lines = Array.from({ length: linesPerDocument }, (_, line) => {
    const random = drawAt(drawAt(seed, id), line);
    return {
      sku: `sku-${random.toString(36)}`,
      quantity: 1 + (random % 9),
      priceCents: 1 + (random % 10_007),
      tags: [`shelf-${random % 13}`, `box-${random % 7}`],
    };
  });
  return { id, lines };
}

/** Totals by shelf, dearest line first, as a service might compute them. All amounts in cents. */
export function invoice(document: OrderDocument) {
  const shelves: Record<string, number> = {};
  let totalCents = 0;
  for (const { quantity, priceCents, tags } of document.lines) {
    const cents = quantity * priceCents;
    totalCents += cents;
    for (const tag of tags) shelves[tag] = (shelves[tag] ?? 0) + cents;
  }
  const lines = document.lines.toSorted((a, b) => b.priceCents - a.priceCents || (a.sku < b.sku ? -1 : 1));
  return { id: document.id, totalCents, shelves, lines };
}
