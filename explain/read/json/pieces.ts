/** Neighbouring elements of a span array. */
export type Piece = {
  /** From the first byte of the first element to the last byte of the last one; valid during the call. */
  readonly bytes: Buffer;
  /** Where each element starts and ends in `bytes`. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Position of `bytes` in the input, and the line where it ends. */
  readonly byte: number;
  readonly endLine: number;
};

const pieceBytes = 256 * 1024;

/** Collects neighbouring spans, so that they are parsed at once. Positions are indexes in the cutter's buffer. */
export class Pieces {
  #starts: number[] = [];
  #ends: number[] = [];
  /** The line of the last end. */
  #endLine = 1;

  add(start: number, end: number, line: number): void {
    this.#starts.push(start);
    this.#ends.push(end);
    this.#endLine = line;
  }

  /** Whether it is time to hand the spans on. */
  isLong(): boolean {
    return (this.#ends.at(-1) ?? 0) - (this.#starts[0] ?? 0) > pieceBytes;
  }

  /** The collected spans; undefined when there are none. `byte` is the position of the buffer in the input. */
  take(bytes: Buffer, byte: number): Piece | undefined {
    const from = this.#starts[0];
    const to = this.#ends.at(-1);
    if (from === undefined || to === undefined) return undefined;
    const piece = {
      bytes: bytes.subarray(from, to),
      starts: this.#starts.map((start) => start - from),
      ends: this.#ends.map((end) => end - from),
      byte: byte + from,
      endLine: this.#endLine,
    };
    this.#starts = [];
    this.#ends = [];
    return piece;
  }
}
