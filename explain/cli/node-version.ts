/** The lowest version of Node that the package holdup-explain is tried with; package.json says the same in `engines`. */
export const lowestNode = 20;

/** Why this version of Node cannot run explain; undefined when it can. */
export function nodeRefusal(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= lowestNode) return undefined;
  return `holdup-explain needs Node ${lowestNode} or later; this is Node ${version}.`;
}
