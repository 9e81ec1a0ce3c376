const reasonsNamed = 3;

export type Rejections = {
  add: (reason: string) => void;
  count: () => number;
  message: () => string;
};

/** Counts rejected spans and keeps the first few distinct reasons for the sender. */
export function createRejections(): Rejections {
  const reasons = new Set<string>();
  let count = 0;
  return {
    add: (reason) => {
      count += 1;
      if (reasons.size < reasonsNamed) reasons.add(reason);
    },
    count: () => count,
    message: () => {
      if (count === 0) return "";
      return `${count} ${count === 1 ? "span" : "spans"} rejected: ${[...reasons].join("; ")}.`;
    },
  };
}
