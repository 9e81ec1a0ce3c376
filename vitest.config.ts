import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const generated = ["node_modules/**", ".holdup/**", "dist/**"];
const sharedLab = { globalSetup: ["tests/shared-lab.ts"], testTimeout: 60_000, hookTimeout: 120_000 };
/** These start labs of their own, or none, and mostly wait. */
const ownLabs = [
  "console",
  "console-ports",
  "demo",
  "explain",
  "explain-open",
  "faults",
  "package",
  "start",
].map((name) => `tests/${name}.test.ts`);

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
          exclude: [
            ...generated,
            "**/*.broker.test.ts",
            "tests/*.test.ts",
            "tests/compose/**",
            "**/*.live.test.ts",
          ],
          // Starting a process and loading the modules for every file took nearly half of the CPU time.
          isolate: false,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Topics, groups and keys are each test's own.
        test: {
          ...sharedLab,
          name: "broker",
          include: ["**/*.broker.test.ts"],
          exclude: generated,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "own-lab",
          include: ownLabs,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // One file at a time: they share a lab, or use every core.
        test: {
          ...sharedLab,
          name: "lab",
          include: ["tests/**/*.test.ts"],
          exclude: [...generated, "tests/compose/**", "tests/foreign/**", ...ownLabs],
          testTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
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
          sequence: { groupOrder: 4 },
        },
      },
      {
        // Pipelines in other languages, half a minute each; only `./holdup test --foreign` runs them.
        test: {
          name: "foreign",
          include: ["tests/foreign/*.live.test.ts"],
          testTimeout: 360_000,
          // Installs what a language needs.
          hookTimeout: 20 * 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
