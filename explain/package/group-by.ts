/** `Map.groupBy`, which Node has from version 21 on. Written with brackets because the build replaces `Map.groupBy` by this. */
export const groupBy: typeof Map.groupBy = Map["groupBy"] ?? groupByKey;

export function groupByKey<K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
    index += 1;
  }
  return groups;
}
