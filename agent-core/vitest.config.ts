import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    // Two copies of graphql in one process fail with "from another module or realm".
    alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }],
    conditions: ["source"],
  },
  ssr: { resolve: { conditions: ["source", "module", "node", "import", "default"] } },
  test: {
    name: "agent-core",
    maxWorkers: availableParallelism(),
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    testTimeout: 30_000,
  },
});
