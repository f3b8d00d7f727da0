import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Workspace packages resolve to their TypeScript sources, so that no test needs a build first. */
const fromSource = {
  resolve: {
    conditions: ["source"],
    // Two copies of graphql in one process fail with "from another module or realm".
    alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }],
  },
  ssr: { resolve: { conditions: ["source", "node"] } },
};

export default defineConfig({
  test: {
    // Left to itself, vitest keeps one processor for itself: half of a small machine.
    maxWorkers: availableParallelism(),
    reporters: ["default", "./tools/test/skipped-reporter.ts"],
    projects: [
      "./api/vitest.config.ts",
      "./agent-core/vitest.config.ts",
      { ...fromSource, test: { name: "plugins", root: "plugins", include: ["*/src/**/*.test.ts"] } },
      { ...fromSource, test: { name: "web", root: "web", include: ["src/**/*.test.{ts,tsx}"] } },
      {
        ...fromSource,
        test: { name: "tools", root: "tools", include: ["**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        ...fromSource,
        test: {
          name: "e2e",
          root: "e2e",
          include: ["**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // They mostly wait for machines, so one more than there are processors keeps those busy.
          maxWorkers: availableParallelism() + 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
