import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    // Proofs are timed; two at once is what a small machine can carry.
    maxConcurrency: 2,
  },
});
