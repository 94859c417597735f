// `npm test`: sets up what it needs, then runs types, lint, unit, integration, the proofs and the browser, and ends with one line of counts. No dependencies.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, SetupError, say, setUp } from './setup.mjs'

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

const folder = mkdtempSync(join(tmpdir(), 'podwire-test-'))
/** @type {{name: string, state: 'passed' | 'failed' | 'skipped', detail?: string}[]} */
const results = []

const node = (args, env = {}) =>
  spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
  })

/** One tool that passes or fails as a whole. */
const single = (name, args) =>
  results.push({ name, state: node(args).status === 0 ? 'passed' : 'failed', detail: `node ${args.join(' ')} shows the reasons` })

/** Reads a tool's own record; a tool that died without one is a failure of its own. */
function collect(name, status, file, parse) {
  let found = []
  try {
    found = parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    results.push({ name, state: 'failed', detail: `it left no record: ${error.message}` })
    return
  }
  if (found.length === 0) results.push({ name, state: 'failed', detail: 'it ran no test' })
  results.push(...found)
  if (status !== 0 && !found.some((t) => t.state === 'failed')) results.push({ name, state: 'failed', detail: `it exited with ${status}` })
}

function vitest(project) {
  const file = join(folder, `${project}.json`)
  const run = node(
    ['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--reporter=default', '--reporter=./scripts/vitest-reporter.mjs'],
    { PODWIRE_TEST_RESULTS: file },
  )
  collect(project, run.status, file, (tests) => tests)
}

function browser() {
  const file = join(folder, 'browser.json')
  const run = node(['node_modules/@playwright/test/cli.js', 'test', '-c', 'e2e/playwright.config.ts', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  })
  collect('browser', run.status, file, (report) => {
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
  types: () => single('types', ['node_modules/typescript/bin/tsc', '-p', '.']),
  lint: () => single('lint', ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '--error-on-warnings', '.']),
  unit: () => vitest('unit'),
  integration: () => vitest('integration'),
  browser,
}

try {
  await setUp({ yes: chosen.yes, extra: ['chromium'] })
  for (const stage of stages.filter((s) => chosen.only?.includes(s) ?? true)) {
    say(`\n── ${stage}`)
    run[stage]()
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  results.push({ name: 'set-up', state: 'failed', detail: error.message })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const of = (state) => results.filter((r) => r.state === state)
say('')
for (const { name, detail } of of('skipped')) say(`skipped: ${name}: ${detail || 'no reason given'}`)
for (const { name, detail } of of('failed')) say(`failed: ${name}\n    ${(detail ?? '').split('\n').slice(0, 12).join('\n    ')}`)
// a skip without a reason hides what was not tested
const silent = of('skipped').filter((r) => !r.detail)
say(`${of('passed').length} passed, ${of('failed').length + silent.length} failed, ${of('skipped').length - silent.length} skipped`)
process.exit(of('failed').length + silent.length ? 1 : 0)
