/** As numbers for typed arrays; the more severe, the higher. 0 is unknown. */
export const intensityNames = ["unknown", "light", "medium", "heavy", "severe"] as const;
export type IntensityName = (typeof intensityNames)[number];

export function intensityRank(name: string | undefined): number {
  const names: readonly string[] = intensityNames;
  return Math.max(0, names.indexOf(name ?? ""));
}

export function intensityName(rank: number): IntensityName {
  return intensityNames[rank] ?? "unknown";
}
