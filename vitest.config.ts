import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    // A native addon (onnxruntime, better-sqlite3) that crashes takes its own process down, not the whole run.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The tree reporter prints every test, and behind each skipped one its reason.
    reporters: ['verbose'],
  },
});
