// `npm test`: sets up what it needs, then runs types, lint, unit, integration, the proofs and the browser, and ends with one line of counts. No dependencies.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setUp } from './setup.mjs'
import { SetupError, say } from './terminal.mjs'
import { createResults } from './test-results.mjs'

const stages = ['types', 'lint', 'unit', 'integration', 'browser']
const { values: chosen } = parseArgs({
  options: {
    yes: { type: 'boolean', default: Boolean(process.env.CI) },
    only: { type: 'string', multiple: true },
    help: { type: 'boolean' },
  },
})
if (chosen.help || chosen.only?.some((s) => !stages.includes(s))) {
  say(
    `Usage: npm test -- [--only <stage>]… [--yes]\n\nStages: ${stages.join(', ')}. --yes installs missing system packages without asking (CI implies it).`,
  )
  process.exit(chosen.help ? 0 : 2)
}

const results = createResults()

function browser() {
  const file = join(results.folder, 'browser.json')
  const run = results.node(['node_modules/@playwright/test/cli.js', 'test', '-c', 'e2e/playwright.config.ts', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  })
  results.collect('browser', run.status, file, (report) => {
    const walk = (suite, path) => [
      ...(suite.suites ?? []).flatMap((s) => walk(s, [...path, s.title])),
      ...(suite.specs ?? []).flatMap((spec) =>
        spec.tests.map((t) => ({
          name: `e2e/${[...path, spec.title].join(' > ')}`,
          state: { expected: 'passed', flaky: 'passed', skipped: 'skipped' }[t.status] ?? 'failed',
          detail:
            t.status === 'skipped'
              ? t.annotations.map((a) => a.description).join('; ')
              : t.results.flatMap((r) => r.errors.map((e) => e.message)).join('\n'),
        })),
      ),
    ]
    return [
      ...report.suites.flatMap((s) => walk(s, [s.title])),
      ...report.errors.map((e) => ({ name: 'browser', state: 'failed', detail: e.message })),
    ]
  })
}

const run = {
  types: () => results.single('types', ['node_modules/typescript/bin/tsc', '-p', '.']),
  lint: () => results.single('lint', ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '--error-on-warnings', '.']),
  unit: () => results.vitest('unit'),
  integration: () => results.vitest('integration'),
  browser,
}

try {
  // what only some labs need and nobody gets unasked; where it cannot be had, their tests are skipped and say why
  const labsRun = ['integration', 'browser'].some((stage) => chosen.only?.includes(stage) ?? true)
  const isRoot = process.getuid?.() === 0
  if (labsRun) results.node(['scripts/envoy.mjs', ...(chosen.yes ? ['--yes'] : [])])
  // socat listens on the machine for the attack tests
  await setUp({ yes: chosen.yes, extra: ['chromium', 'socat'], ebpf: labsRun && isRoot })
  for (const stage of stages.filter((s) => chosen.only?.includes(s) ?? true)) {
    say(`\n── ${stage}`)
    run[stage]()
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  results.add('set-up', 'failed', error.message)
} finally {
  results.close()
}
process.exit(results.finish())
