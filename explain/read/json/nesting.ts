/** Where a document's items are. */
export type Plan = {
  /** Keys whose arrays hold the items; undefined when every outermost object is an item. */
  readonly itemKeys: readonly string[] | undefined;
  /** The items are spans themselves. */
  readonly itemsAreSpans: boolean;
  /** The keys may also have one item instead of an array. */
  readonly isSingle?: boolean;
};

const maxDepth = 1_000;
const spansKey = Buffer.from("spans");

/** Tracks the open brackets outside spans, and finds the items and their span arrays by a plan. */
export class Nesting {
  readonly #itemKeys: readonly Buffer[] | undefined;
  readonly #itemsAreSpans: boolean;
  readonly #isSingle: boolean;
  /** Whether the key before a bracket is this one. */
  readonly #keyIs: (key: Buffer) => boolean;
  /** Open brackets: true for an array. */
  readonly #open: boolean[] = [];
  /** Depth of the array of items and of the open item; -1 without one. */
  #itemArrayDepth = -1;
  #itemDepth = -1;
  #spanArrays = 0;

  constructor(plan: Plan, keyIs: (key: Buffer) => boolean) {
    this.#itemKeys = plan.itemKeys?.map((key) => Buffer.from(key));
    this.#itemsAreSpans = plan.itemsAreSpans;
    this.#isSingle = plan.isSingle ?? false;
    this.#keyIs = keyIs;
  }

  get isTopLevel(): boolean {
    return this.#open.length === 0;
  }

  get isTooDeep(): boolean {
    return this.#open.length > maxDepth;
  }

  get isInItem(): boolean {
    return this.#itemDepth >= 0;
  }

  /** Number of the open item's span arrays so far. */
  get spanArrays(): number {
    return this.#spanArrays;
  }

  /** Returns what a bracket opens: an item, a span array of the open item, or the first of items that are spans. */
  opened(isArray: boolean): "item" | "span array" | "span" | undefined {
    const isValue = this.#open.at(-1) === false;
    let found: "item" | "span array" | undefined;
    if (this.#itemDepth >= 0) {
      if (isArray && isValue && this.#keyIs(spansKey)) {
        this.#spanArrays += 1;
        found = "span array";
      }
    } else if (isArray) {
      if (isValue && this.#isItemKey()) this.#itemArrayDepth = this.#open.length;
    } else if (this.#holdsItems() || (this.#isSingle && isValue && this.#isItemKey())) {
      // The caller tracks the brackets of spans.
      if (this.#itemsAreSpans) return "span";
      this.#itemDepth = this.#open.length;
      this.#spanArrays = 0;
      found = "item";
    }
    this.#open.push(isArray);
    return found;
  }

  /** Returns what a bracket closes: the open item, or "broken" for the wrong kind of bracket. */
  closed(isArray: boolean): "item" | "broken" | undefined {
    if (this.#open.pop() !== isArray) return "broken";
    if (this.#itemDepth === this.#open.length) {
      this.#itemDepth = -1;
      return "item";
    }
    if (this.#itemDepth < 0 && this.#itemArrayDepth === this.#open.length) this.#itemArrayDepth = -1;
    return undefined;
  }

  /** The brackets that would close the open item. */
  itemClosers(): string {
    const closers = this.#open.slice(this.#itemDepth).reverse();
    return closers.map((isOpenArray) => (isOpenArray ? "]" : "}")).join("");
  }

  /** Whether an object that opens here, outside items, is an item: also in arrays within the array. */
  #holdsItems(): boolean {
    return this.#itemKeys === undefined || this.#itemArrayDepth >= 0;
  }

  #isItemKey(): boolean {
    return this.#itemKeys?.some(this.#keyIs) ?? false;
  }
}
