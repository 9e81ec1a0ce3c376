import type { Tally } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { type Draft, decodeItem, type Format, finish } from "./formats/format.ts";
import type { Shared } from "./formats/interner.ts";
import { type Ending, newline, type Place } from "./json/bytes.ts";
import { Cutter, type Plan } from "./json/cutter.ts";
import type { Piece } from "./json/pieces.ts";

/** Turns cut or parsed JSON into spans, and counts what cannot be used. */
export type Decoder = {
  /** Decodes an item that was parsed as a whole. */
  readonly whole: (format: Format, item: unknown, where: () => string) => void;
  /** A cutter whose pieces are decoded; `finish` when its input is over. */
  readonly cut: (format: Format, plan: Plan, start?: Place) => Cutting;
  /** Hands over the spans that were decoded since the last call. */
  readonly take: () => Span[];
  /** Items that were seen so far, whether or not their spans could be used. */
  readonly items: () => number;
};

export type Cutting = {
  readonly feed: (bytes: Buffer) => void;
  readonly finish: () => Ending;
  readonly isBroken: () => boolean;
};

export type DecoderOptions = {
  readonly shared: Shared;
  readonly tally: Tally;
  /** A place in the input as a person finds it. */
  readonly at: (place: Place) => string;
};

export function createDecoder({ shared, tally, at }: DecoderOptions): Decoder {
  let spans: Span[] = [];
  let items = 0;

  function add(more: readonly Span[]): void {
    for (const span of more) spans.push(span);
  }

  function cut(format: Format, plan: Plan, start?: Place): Cutting {
    /** Of the open item: who wrote it, once that is known, and the spans that wait for it. */
    let owners: ReturnType<Format["ownersOf"]>;
    let waiting: Draft[] = [];
    let hasAsked = false;
    let isCounted = false;

    const cutter = new Cutter(
      plan,
      {
        spans(piece) {
          const drafts = draftsOf(format, piece);
          if (plan.itemsAreSpans) {
            items += piece.starts.length;
            return add(finish(drafts, undefined));
          }
          countItem();
          if (!hasAsked) owners = format.ownersOf(parse(cutter.openOutline()), shared);
          hasAsked = true;
          if (owners) add(finish(drafts, owners));
          else for (const draft of drafts) waiting.push(draft);
        },
        item(outline, place) {
          countItem();
          const item = parse(outline);
          if (item === undefined) {
            tally.note(`What stands around the spans of a ${format.name} item is not valid JSON.`, () =>
              at(place),
            );
          }
          add(finish(waiting, owners ?? format.ownersOf(item, shared)));
          startItem();
        },
      },
      start,
    );

    /** At its first spans: it may be cut off before its end. */
    function countItem(): void {
      if (!isCounted) items += 1;
      isCounted = true;
    }

    function startItem(): void {
      isCounted = false;
      owners = undefined;
      waiting = [];
      hasAsked = false;
    }

    function finishInput(): Ending {
      const ending = cutter.end();
      for (const _ of waiting) {
        tally.note("The span's trace is cut off before it tells which service wrote the span.", () =>
          at(ending),
        );
      }
      startItem();
      return ending;
    }

    return { feed: (bytes) => cutter.feed(bytes), finish: finishInput, isBroken: () => cutter.isBroken };
  }

  /** All elements in one JSON.parse; one by one only where that fails. */
  function draftsOf(format: Format, piece: Piece): Draft[] {
    const drafts: Draft[] = [];
    let index = 0;
    const note = (what: string) => {
      const element = index;
      tally.note(what, () => at(placeOf(piece, element)));
    };
    const parsed = parse(`[${piece.bytes.toString()}]`);
    const isWhole = Array.isArray(parsed) && parsed.length === piece.starts.length;
    for (; index < piece.starts.length; index++) {
      const raw = isWhole ? parsed[index] : parse(elementOf(piece, index).toString());
      if (raw === undefined) {
        note("The span is not valid JSON.");
        continue;
      }
      const draft = format.draft(raw, shared, note);
      if (draft) drafts.push(draft);
    }
    return drafts;
  }

  return {
    whole(format, item, where) {
      items += 1;
      add(decodeItem(format, item, shared, (what) => tally.note(what, where)));
    },
    cut,
    take() {
      const taken = spans;
      spans = [];
      return taken;
    },
    items: () => items,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function elementOf({ bytes, starts, ends }: Piece, index: number): Buffer {
  return bytes.subarray(starts[index], ends[index]);
}

function placeOf({ bytes, starts, byte, endLine }: Piece, index: number): Place {
  const start = starts[index] ?? 0;
  let line = endLine;
  for (let end = bytes.indexOf(newline, start); end >= 0; end = bytes.indexOf(newline, end + 1)) line--;
  return { byte: byte + start, line };
}
