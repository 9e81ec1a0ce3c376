/** Collects an item's JSON without the spans in its span arrays. Positions are indexes in the cutter's buffer. */
export class Outline {
  /** What has been copied. */
  #parts: Buffer[] = [];
  /** Start of what is not copied yet; -1 when there is nothing. */
  #start = -1;
  /** Where each open object of the item begins: the part, and the offset in it. */
  #objects: { readonly part: number; readonly offset: number }[] = [];

  begin(at: number): void {
    this.#parts = [];
    this.#objects = [];
    this.#start = at;
  }

  objectOpened(at: number): void {
    this.#objects.push({ part: this.#parts.length, offset: at - this.#start });
  }

  objectClosed(): void {
    this.#objects.pop();
  }

  /** Copies the bytes up to `end`, because the buffer will not hold them until the item ends; skips all until `resume`. */
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

  /** The outline so far, when scanning pauses. */
  soFar(): string {
    return Buffer.concat(this.#parts).toString();
  }

  /** The innermost open object so far, when scanning pauses. */
  holderSoFar(): string {
    const { part, offset } = this.#objects.at(-1) ?? { part: 0, offset: 0 };
    const [first = Buffer.alloc(0), ...others] = this.#parts.slice(part);
    return Buffer.concat([first.subarray(offset), ...others]).toString();
  }

  /** The first byte that is still needed; undefined when none is. */
  neededFrom(): number | undefined {
    return this.#start < 0 ? undefined : this.#start;
  }

  /** The buffer drops its first `bytes` bytes. */
  shift(bytes: number): void {
    if (this.#start >= 0) this.#start -= bytes;
  }
}
