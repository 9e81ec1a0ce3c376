/** Ascending. The index, which fits into typed arrays, is the rank; 0 is unknown. */
export const intensityNames = ["unknown", "light", "medium", "heavy", "severe"] as const;
export type IntensityName = (typeof intensityNames)[number];

export function intensityRank(name: string | undefined): number {
  const names: readonly string[] = intensityNames;
  return Math.max(0, names.indexOf(name ?? ""));
}
