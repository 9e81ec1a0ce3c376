export const nsPerMs = 1_000_000;
