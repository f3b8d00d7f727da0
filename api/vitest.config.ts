import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    // Two copies of graphql in one process fail with "from another module or realm".
    alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }],
    conditions: ["source"],
  },
  // Not "import": vitest hands these to Node as well, and `require` of a dual package would get its ES module.
  ssr: { resolve: { conditions: ["source", "module", "node"] } },
  test: {
    name: "api",
    // The files share one PostgreSQL server, where a transaction of one holds back what the feed of another may read.
    maxWorkers: 1,
    include: ["src/**/*.test.ts"],
    globalSetup: ["./src/testing/global-setup.ts"],
    setupFiles: ["reflect-metadata"],
    // A machine under load is no fault of a test; what must not take long is counted, not timed.
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
