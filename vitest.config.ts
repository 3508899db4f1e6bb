import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    // Proofs run side by side: nearly all of their time they wait.
    maxConcurrency: 4,
  },
});
