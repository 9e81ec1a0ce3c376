/**
 * Names orders `order 1`, `order 2`, … in the sequence in which they are asked for, and keeps the names: explain asks by
 * start, so that only what comes later than it should is out of sequence. At most `most` are kept, the newest.
 */
export class OrderNames extends Map<string, string> {
  #last = 0;
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override get(order: string): string {
    const known = super.get(order);
    if (known !== undefined) return known;
    this.#last += 1;
    const name = `order ${this.#last}`;
    this.set(order, name);
    const [oldest] = this.size > this.#most ? this.keys() : [];
    if (oldest !== undefined) this.delete(oldest);
    return name;
  }
}
