import { ReadError } from "../errors.ts";
import {
  backslash,
  closeBrace,
  closeBracket,
  type Ending,
  isBlank,
  newline,
  openBrace,
  openBracket,
  type Place,
  quote,
} from "./bytes.ts";
import { Outline } from "./outline.ts";
import { type Piece, Pieces } from "./pieces.ts";

/** Where a document's items are. */
export type Plan = {
  /** Keys whose arrays hold the items; undefined when every outermost object is one. */
  readonly itemKeys: readonly string[] | undefined;
  /** Items hold no spans but are spans. */
  readonly itemsAreSpans: boolean;
};

export type Handlers = {
  readonly spans: (piece: Piece) => void;
  /** An item is over; `outline` is its JSON with all span arrays empty. */
  readonly item: (outline: string, place: Place) => void;
};

/** A span this long is none: more likely a quote is missing, so that all that follows reads as one string. */
const maxValueBytes = 64 * 1024 * 1024;
const maxDepth = 1_000;
const spansKey = Buffer.from("spans");

/**
 * Cuts the spans out of a JSON document of any length that comes in chunks, cut anywhere. Only brackets and strings are
 * looked at; what is cut out is for JSON.parse to check.
 *
 *     {"data":[{"traceID":"a","spans":[{…},{…},{…}],"processes":{…}},{…
 *              └── item: outline ──────┘└─ piece ──┘└── outline ───┘
 */
export class Cutter {
  readonly #itemKeys: readonly Buffer[] | undefined;
  readonly #itemsAreSpans: boolean;
  readonly #handlers: Handlers;
  /** Bytes that are not done with, where scanning goes on in them, and their position in the input. */
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #byte: number;
  #line: number;
  #inString = false;
  #isBroken = false;
  /** The last string, which is the key when a bracket follows in an object; -1 when there is none. */
  #stringStart = -1;
  #stringEnd = -1;
  /** What is open outside span elements: true for an array. */
  readonly #open: boolean[] = [];
  /** Depth of the array of items and of the open item; -1 when there is none. */
  #itemArrayDepth = -1;
  #itemDepth = -1;
  readonly #outline = new Outline();
  #inSpans = false;
  /** Brackets open in the span at hand, and where it starts. */
  #spanDepth = 0;
  #spanStart = 0;
  readonly #pieces = new Pieces();

  constructor(plan: Plan, handlers: Handlers, start: Place = { byte: 0, line: 1 }) {
    this.#itemKeys = plan.itemKeys?.map((key) => Buffer.from(key));
    this.#itemsAreSpans = plan.itemsAreSpans;
    this.#handlers = handlers;
    this.#byte = start.byte;
    this.#line = start.line;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Takes the next bytes and hands on what is complete. Throws HOLDUP_INPUT_TOO_LARGE. */
  feed(chunk: Buffer): void {
    if (this.#isBroken) return;
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    while (this.#at < this.#bytes.length && !this.#isBroken) {
      if (this.#inSpans) this.#scanSpans();
      else this.#scanOutline();
    }
    this.#handOnSpans();
    this.#forget();
  }

  end(): Ending {
    const isOpen = this.#open.length > 0 || this.#inString || this.#spanDepth > 0;
    const state = this.#isBroken ? "broken" : isOpen ? "cut" : "whole";
    return { state, ...this.#place() };
  }

  /** What is there of the open item's outline, closed so that it can be parsed; asked for at a piece. */
  openOutline(): string {
    const closers = this.#open.slice(this.#itemDepth).reverse();
    return this.#outline.soFar() + closers.map((isArray) => (isArray ? "]" : "}")).join("");
  }

  #place(): Place {
    return { byte: this.#byte + Math.min(this.#at, this.#bytes.length), line: this.#line };
  }

  /** The fast loop, where nearly all bytes are: counts brackets. */
  #scanSpans(): void {
    const bytes = this.#bytes;
    const length = bytes.length;
    const isTopLevel = this.#open.length === 0;
    let at = this.#at;
    let inString = this.#inString;
    let depth = this.#spanDepth;
    let line = this.#line;
    while (at < length) {
      if (inString) {
        while (at < length) {
          const byte = bytes[at];
          if (byte === quote) break;
          at += byte === backslash ? 2 : 1;
        }
        if (at >= length) break;
        inString = false;
        at++;
        continue;
      }
      const byte = bytes[at];
      if (byte === quote) {
        inString = true;
      } else if (byte === openBrace || byte === openBracket) {
        if (depth === 0) this.#spanStart = at;
        depth++;
      } else if (byte === closeBrace || byte === closeBracket) {
        // The end of the array, which is the outline's to read.
        if (depth === 0) {
          this.#inSpans = false;
          break;
        }
        depth--;
        if (depth === 0) {
          this.#pieces.add(this.#spanStart, at + 1, line);
          if (isTopLevel) {
            this.#inSpans = false;
            at++;
            break;
          }
          if (this.#pieces.isLong()) this.#handOnSpans();
        }
      } else if (byte === newline) {
        line++;
      }
      at++;
    }
    this.#at = at;
    this.#inString = inString;
    this.#spanDepth = depth;
    this.#line = line;
    if (!this.#inSpans) {
      this.#handOnSpans();
      if (this.#itemDepth >= 0) this.#outline.resume(at);
      this.#stringStart = -1;
    }
  }

  /** Reads what is around the spans, until they begin. */
  #scanOutline(): void {
    const bytes = this.#bytes;
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at];
      if (this.#inString) {
        if (byte === backslash) this.#at++;
        else if (byte === quote) {
          this.#inString = false;
          this.#stringEnd = this.#at;
        }
      } else if (byte === openBrace || byte === openBracket) {
        this.#opened(byte === openBracket);
        if (this.#inSpans) return;
      } else if (byte === closeBrace || byte === closeBracket) {
        this.#closed(byte === closeBracket);
      } else if (byte === newline) {
        this.#line++;
      } else if (this.#open.length === 0) {
        this.#isBroken = !isBlank(byte);
      } else if (byte === quote) {
        this.#inString = true;
        this.#stringStart = this.#at + 1;
      }
      if (this.#isBroken) return;
    }
  }

  /** When spans begin, `#at` is left at their first byte. */
  #opened(isArray: boolean): void {
    const isValue = this.#open.at(-1) === false;
    if (this.#itemDepth >= 0) {
      this.#inSpans = isArray && isValue && this.#keyIs(spansKey);
    } else if (isArray) {
      if (isValue && this.#itemKeys?.some((key) => this.#keyIs(key)))
        this.#itemArrayDepth = this.#open.length;
    } else if (this.#holdsItems()) {
      if (this.#itemsAreSpans) {
        this.#inSpans = true;
        return;
      }
      this.#itemDepth = this.#open.length;
      this.#outline.begin(this.#at);
    }
    this.#open.push(isArray);
    this.#stringStart = -1;
    this.#isBroken = this.#open.length > maxDepth;
    if (!this.#inSpans) return;
    this.#at++;
    this.#outline.pause(this.#bytes, this.#at);
  }

  /** Whether an object that opens here, outside items, is an item. */
  #holdsItems(): boolean {
    if (this.#itemKeys === undefined) return true;
    return this.#itemArrayDepth >= 0 && this.#itemArrayDepth === this.#open.length - 1;
  }

  #closed(isArray: boolean): void {
    const wasArray = this.#open.pop();
    this.#stringStart = -1;
    if (wasArray !== isArray) {
      this.#isBroken = true;
    } else if (this.#itemDepth === this.#open.length) {
      this.#itemDepth = -1;
      this.#handlers.item(this.#outline.finish(this.#bytes, this.#at + 1), this.#place());
    } else if (this.#itemDepth < 0 && this.#itemArrayDepth === this.#open.length) {
      this.#itemArrayDepth = -1;
    }
  }

  #keyIs(key: Buffer): boolean {
    const { length } = key;
    if (this.#stringStart < 0 || this.#stringEnd - this.#stringStart !== length) return false;
    return key.compare(this.#bytes, this.#stringStart, this.#stringEnd) === 0;
  }

  #handOnSpans(): void {
    const piece = this.#pieces.take(this.#bytes, this.#byte);
    if (piece) this.#handlers.spans(piece);
  }

  /** Drops the bytes that are done with. */
  #forget(): void {
    let from = this.#bytes.length;
    if (this.#inSpans) {
      if (this.#spanDepth > 0) from = this.#spanStart;
    } else {
      from = this.#outline.neededFrom() ?? from;
      if (this.#stringStart >= 0) from = Math.min(from, this.#stringStart);
    }
    if (this.#bytes.length - from > maxValueBytes) {
      throw new ReadError(
        "HOLDUP_INPUT_TOO_LARGE",
        `The value at line ${this.#line}, byte ${this.#byte + from} is longer than ${maxValueBytes / 1024 / 1024} MiB. ` +
          "No span is as long: look there for a missing quote, and mend or remove it.",
      );
    }
    this.#bytes = this.#bytes.subarray(from);
    this.#at -= from;
    this.#byte += from;
    this.#spanStart -= from;
    this.#stringStart = this.#stringStart < 0 ? -1 : this.#stringStart - from;
    this.#stringEnd -= from;
    this.#outline.shift(from);
  }
}
