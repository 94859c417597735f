// Three projects: unit tests need nothing; integration tests need a built dist/ and real namespaces; kind's need a container engine too
// (npm run test:kind runs them).
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{labs,app,scripts}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.integration.test.ts', '**/*.kind.test.ts', '**/node_modules/**'],
          // some read every scenario and lesson; a busy machine takes its time over that
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{labs,scripts}/**/*.integration.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          // proofs mostly wait: two take little longer than one
          maxConcurrency: 2,
        },
      },
      {
        test: {
          name: 'kind',
          include: ['labs/**/*.kind.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // a cluster takes two processors and a gigabyte
          fileParallelism: false,
          maxConcurrency: 1,
        },
      },
    ],
  },
})
