// Runs test tools, keeps what they found and prints the closing lines with the counts. Shared by test.mjs and test-kind.mjs. No dependencies.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, say } from './terminal.mjs'

/**
 * @typedef {{name: string, state: 'passed' | 'failed' | 'skipped', detail?: string}} Result
 */
export function createResults() {
  const folder = mkdtempSync(join(tmpdir(), 'podwire-test-'))
  /** @type {Result[]} */
  const results = []

  const node = (args, env = {}) =>
    spawnSync(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
    })

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
    if (status !== 0 && !found.some((t) => t.state === 'failed'))
      results.push({ name, state: 'failed', detail: `it exited with ${status}` })
  }

  return {
    /** a folder for the run, removed by close() */
    folder,
    node,
    collect,
    add: (name, state, detail) => results.push({ name, state, detail }),

    /** One tool that passes or fails as a whole. */
    single: (name, args) =>
      results.push({ name, state: node(args).status === 0 ? 'passed' : 'failed', detail: `node ${args.join(' ')} shows the reasons` }),

    /** One project of vitest, or the part of it that `args` name. */
    vitest(project, args = [], env = {}) {
      const file = join(folder, `${project}.json`)
      rmSync(file, { force: true })
      const reporters = ['--reporter=default', '--reporter=./scripts/vitest-reporter.mjs']
      const run = node(['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...reporters, ...args], {
        ...env,
        PODWIRE_TEST_RESULTS: file,
      })
      collect(project, run.status, file, (tests) => tests)
    },

    close: () => rmSync(folder, { recursive: true, force: true }),

    /** Prints the skips with their reasons, the failures, the counts. Returns the exit code. */
    finish() {
      const of = (state) => results.filter((r) => r.state === state)
      say('')
      for (const { name, detail } of of('skipped')) say(`skipped: ${name}: ${detail || 'no reason given'}`)
      for (const { name, detail } of of('failed')) say(`failed: ${name}\n    ${(detail ?? '').split('\n').slice(0, 12).join('\n    ')}`)
      // a skip without a reason hides what was not tested
      const silent = of('skipped').filter((r) => !r.detail)
      say(`${of('passed').length} passed, ${of('failed').length + silent.length} failed, ${of('skipped').length - silent.length} skipped`)
      return of('failed').length + silent.length ? 1 : 0
    },
  }
}
