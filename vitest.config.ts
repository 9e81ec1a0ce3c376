import { defineConfig } from "vitest/config";

const elsewhere = ["node_modules/**", ".holdup/**"];
const theLab = { globalSetup: ["tests/shared-lab.ts"], testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  // Not in node_modules: an install must be able to remove that.
  cacheDir: ".holdup/test/vite",
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // Bounds what hangs; a busy machine is no failure.
          testTimeout: 30_000,
          include: ["**/*.test.ts"],
          exclude: [...elsewhere, "**/*.broker.test.ts", "tests/**"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...theLab,
          name: "broker",
          include: ["**/*.broker.test.ts"],
          exclude: elsewhere,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // One after the other: each works two cores by itself.
        test: {
          ...theLab,
          name: "lab",
          include: ["tests/**/*.test.ts"],
          exclude: [...elsewhere, "tests/compose/**"],
          testTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Needs a Docker engine, so `./holdup test` leaves it out where none answers.
        test: {
          name: "compose",
          globalSetup: ["tests/compose/shared-compose-lab.ts"],
          include: ["tests/compose/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
