// Browser tests against the real server and real labs: `npm test` builds first, then runs them in the system's Chromium.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  timeout: 90_000,
  expect: { timeout: 10_000 },
  // Labs share this machine's cores: side by side they would only measure each other.
  workers: 1,
  reporter: 'list',
  outputDir: '../node_modules/.cache/e2e',
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: { executablePath: process.env.PODWIRE_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
})
