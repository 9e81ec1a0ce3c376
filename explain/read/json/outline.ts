/** An item's JSON without the spans in its span arrays, gathered as it comes. Positions are those in the bytes at hand. */
export class Outline {
  /** What is copied. */
  #parts: Buffer[] = [];
  /** Where what is not copied yet starts; -1 when there is no such thing. */
  #start = -1;

  begin(at: number): void {
    this.#parts = [];
    this.#start = at;
  }

  /** The bytes up to `end` are copied, because they are gone when the item is over; none are wanted until it resumes. */
  pause(bytes: Buffer, end: number): void {
    this.#parts.push(Buffer.from(bytes.subarray(this.#start, end)));
    this.#start = -1;
  }

  resume(at: number): void {
    this.#start = at;
  }

  /** The whole outline of an item that ends at `end`. */
  finish(bytes: Buffer, end: number): string {
    const rest = bytes.subarray(this.#start, end);
    const whole = this.#parts.length === 0 ? rest : Buffer.concat([...this.#parts, rest]);
    this.#parts = [];
    this.#start = -1;
    return whole.toString();
  }

  /** What there is of it at a pause. */
  soFar(): string {
    return Buffer.concat(this.#parts).toString();
  }

  /** The first byte that is still needed; undefined when none is. */
  neededFrom(): number | undefined {
    return this.#start < 0 ? undefined : this.#start;
  }

  /** So many of the bytes at hand are dropped. */
  shift(bytes: number): void {
    if (this.#start >= 0) this.#start -= bytes;
  }
}
