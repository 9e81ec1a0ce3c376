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
import { Nesting, type Plan } from "./nesting.ts";
import { Outline } from "./outline.ts";
import { type Piece, Pieces } from "./pieces.ts";

export type Handlers = {
  readonly spans: (piece: Piece) => void;
  /** Called at the end of an item; `outline` is its JSON with all span arrays empty. */
  readonly item: (outline: string, place: Place) => void;
};

/** No span is this long: more likely a quote is missing, so that everything after it reads as one string. */
const maxValueBytes = 64 * 1024 * 1024;

/**
 * Cuts the spans out of a JSON document of any length that arrives in chunks, cut anywhere. It looks only at brackets and
 * strings; JSON.parse checks what is cut out.
 *
 *     {"data":[{"traceID":"a","spans":[{…},{…},{…}],"processes":{…}},{…
 *              └── item: outline ──────┘└─ piece ──┘└── outline ───┘
 */
export class Cutter {
  readonly #handlers: Handlers;
  /** Buffer of unfinished bytes, where scanning continues in it, and its position in the input. */
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #byte: number;
  #line: number;
  #inString = false;
  #isBroken = false;
  /** The last string: the key, when a bracket follows inside an object; -1 for none. */
  #stringStart = -1;
  #stringEnd = -1;
  readonly #nesting: Nesting;
  readonly #outline = new Outline();
  #inSpans = false;
  /** Brackets open in the current span, and where it starts. */
  #spanDepth = 0;
  #spanStart = 0;
  readonly #pieces = new Pieces();

  constructor(plan: Plan, handlers: Handlers, start: Place = { byte: 0, line: 1 }) {
    this.#nesting = new Nesting(plan, (key) => this.#keyIs(key));
    this.#handlers = handlers;
    this.#byte = start.byte;
    this.#line = start.line;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Scans the next bytes and calls the handlers for what is complete. Throws HOLDUP_INPUT_TOO_LARGE. */
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
    const isOpen = !this.#nesting.isTopLevel || this.#inString || this.#spanDepth > 0;
    const state = this.#isBroken ? "broken" : isOpen ? "cut" : "whole";
    return { state, ...this.place };
  }

  /** The open item's outline so far, closed so that it can be parsed. Call it while handling a piece. */
  openOutline(): string {
    return this.#outline.soFar() + this.#nesting.itemClosers();
  }

  /** The object around the open span array so far, closed so that it can be parsed. Call it while handling a piece. */
  openHolder(): string {
    return `${this.#outline.holderSoFar()}]}`;
  }

  /** Index of the open span array in its item. */
  get spanArray(): number {
    return this.#nesting.spanArrays - 1;
  }

  get place(): Place {
    return { byte: this.#byte + Math.min(this.#at, this.#bytes.length), line: this.#line };
  }

  /** The fast loop, through which nearly all bytes go: counts brackets. */
  #scanSpans(): void {
    const bytes = this.#bytes;
    const length = bytes.length;
    const { isTopLevel } = this.#nesting;
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
        // The end of the array belongs to the outline.
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
      if (this.#nesting.isInItem) this.#outline.resume(at);
      this.#stringStart = -1;
    }
  }

  /** Reads the bytes outside spans, until spans begin. */
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
      } else if (this.#nesting.isTopLevel) {
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
    const found = this.#nesting.opened(isArray);
    this.#inSpans = found === "span" || found === "span array";
    if (found === "span") return;
    if (found === "item") this.#outline.begin(this.#at);
    if (!isArray && this.#nesting.isInItem) this.#outline.objectOpened(this.#at);
    this.#stringStart = -1;
    this.#isBroken = this.#nesting.isTooDeep;
    if (!this.#inSpans) return;
    this.#at++;
    this.#outline.pause(this.#bytes, this.#at);
  }

  #closed(isArray: boolean): void {
    const found = this.#nesting.closed(isArray);
    this.#stringStart = -1;
    if (!isArray) this.#outline.objectClosed();
    if (found === "broken") this.#isBroken = true;
    else if (found === "item")
      this.#handlers.item(this.#outline.finish(this.#bytes, this.#at + 1), this.place);
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

  /** Drops the bytes that are no longer needed. */
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
          "No span is that long: look there for a missing quote and correct it.",
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
