import type { ProblemCounter, ReportProblem } from "../problem-log.ts";
import type { Span } from "../span.ts";
import { type DecodedSpan, decodeItem, type Format, withOwners } from "./formats/format.ts";
import type { Interner } from "./formats/interner.ts";
import { type Ending, newline, type Place } from "./json/bytes.ts";
import { Cutter } from "./json/cutter.ts";
import type { Plan } from "./json/nesting.ts";
import type { Piece } from "./json/pieces.ts";
import { openItem } from "./open-item.ts";

/** Turns JSON, cut out or parsed, into spans and counts what cannot be used. */
export type Decoder = {
  /** Decodes an item that was parsed whole. */
  readonly whole: (format: Format, item: unknown, where: () => string) => void;
  /** Starts cutting an input and decodes its pieces; call `finish` at the end of the input. */
  readonly cut: (format: Format, plan: Plan, start?: Place) => Cutting;
  /** The spans decoded since the last call. */
  readonly take: () => Span[];
  /** Number of items so far, whether or not their spans could be used. */
  readonly items: () => number;
};

export type Cutting = {
  readonly feed: (bytes: Buffer) => void;
  readonly finish: () => Ending;
  readonly isBroken: () => boolean;
};

export type DecoderOptions = {
  readonly interner: Interner;
  readonly problems: ProblemCounter;
  /** Describes a place in the input for a message. */
  readonly at: (place: Place) => string;
};

export function createDecoder({ interner, problems, at }: DecoderOptions): Decoder {
  let spans: Span[] = [];
  let items = 0;

  function add(more: readonly Span[]): void {
    for (const span of more) spans.push(span);
  }

  function cut(format: Format, plan: Plan, start?: Place): Cutting {
    const reportOwner: ReportProblem = (what, example) => problems.add(what, () => at(cutter.place), example);
    let item = openItem(format, interner, reportOwner);
    let isCounted = false;

    const cutter = new Cutter(
      plan,
      {
        spans(piece) {
          const decoded = decodePiece(format, piece);
          if (plan.itemsAreSpans) {
            items += piece.starts.length;
            return add(withOwners(decoded, undefined));
          }
          countItem();
          add(
            item.add(decoded, cutter.spanArray, {
              outline: () => parse(cutter.openOutline()),
              holder: () => parse(cutter.openHolder()),
            }),
          );
        },
        item(outline, place) {
          countItem();
          const parsed = parse(outline);
          if (parsed === undefined) {
            problems.add(`A ${format.name} item is not valid JSON outside its spans.`, () => at(place));
          }
          add(item.close(parsed));
          startItem();
        },
      },
      start,
    );

    /** Called at its first spans, because the input may end before the item. */
    function countItem(): void {
      if (!isCounted) items += 1;
      isCounted = true;
    }

    function startItem(): void {
      isCounted = false;
      item = openItem(format, interner, reportOwner);
    }

    function finishInput(): Ending {
      const ending = cutter.end();
      const { spans: owned, lost } = item.abandon();
      add(owned);
      for (let index = 0; index < lost; index++) {
        problems.add("The trace is cut off before the part that names the span's service.", () => at(ending));
      }
      startItem();
      return ending;
    }

    return { feed: (bytes) => cutter.feed(bytes), finish: finishInput, isBroken: () => cutter.isBroken };
  }

  /** Parses all elements at once; one by one only if that fails. */
  function decodePiece(format: Format, piece: Piece): DecodedSpan[] {
    const decoded: DecodedSpan[] = [];
    let index = 0;
    const report: ReportProblem = (what, example) => {
      const element = index;
      problems.add(what, () => at(placeOf(piece, element)), example);
    };
    const parsed = parse(`[${piece.bytes.toString()}]`);
    const isWhole = Array.isArray(parsed) && parsed.length === piece.starts.length;
    for (; index < piece.starts.length; index++) {
      const raw = isWhole ? parsed[index] : parse(elementOf(piece, index).toString());
      if (raw === undefined) {
        report("The span is not valid JSON.");
        continue;
      }
      const span = format.decode(raw, interner, report);
      if (span) decoded.push(span);
    }
    return decoded;
  }

  return {
    whole(format, item, where) {
      items += 1;
      add(decodeItem(format, item, interner, (what, example) => problems.add(what, where, example)));
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
