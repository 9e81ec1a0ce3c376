/**
 * Why this version of Node cannot run the package holdup-explain; undefined when it can. package.json says the same in `engines`:
 * before 20.16, `styleText` of node:util knows no lists of styles.
 */
export function nodeRefusal(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major >= 22 || (major === 20 && minor >= 16)) return undefined;
  return `holdup-explain needs Node 22 or later, or 20.16 or later of Node 20; this is Node ${version}.`;
}
