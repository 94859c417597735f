// `npm run bench -- <name>…`: measures, prints, and rewrites the tables of docs/benchmarks.md between their markers. Needs what npm start builds.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readInstallation } from '../../labs/system/installation.ts'
import { figures } from './figures.ts'
import type { Row } from './numbers.ts'

const names = Object.keys(figures)
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => name !== 'all' && !names.includes(name))
if (asked.length === 0 || unknown.length > 0) {
  const why = unknown.length > 0 ? `There is no benchmark ${unknown.join(', ')}.\n` : ''
  process.stderr.write(`${why}Usage: npm run bench -- all | ${names.join(' | ')}\n`)
  process.exit(2)
}
const chosen = asked.includes('all') ? names : names.filter((name) => asked.includes(name))

const installation = readInstallation()
const file = join(installation.root, 'docs/benchmarks.md')
// labs of the benchmark's own: a developer's running labs are none of its business
const folder = mkdtempSync(join(tmpdir(), 'podwire-bench-'))
chmodSync(folder, 0o755) // labs started by root read their cache as another user
process.env.TMPDIR = folder // what measurements and browsers put aside goes with it
process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
process.env.PODWIRE_STATE_DIR = join(folder, 'state')

const load = () => loadavg()[0]?.toFixed(1)

function publish(name: string, rows: Row[], loadBefore: string | undefined): void {
  const date = new Date().toISOString().slice(0, 10)
  const machine = `${cpus().length} cores, Linux ${release()}, Node.js ${process.versions.node}`
  const facts = `${date}, ${machine}, load ${loadBefore} before and ${load()} after`
  const table = ['| what | measured |', '|---|---|', ...rows.map((r) => `| ${r.what} | ${r.value} |`)].join('\n')
  const section = `<!-- ${name} -->\n\`npm run bench -- ${name}\` (${facts})\n\n${table}\n<!-- /${name} -->`
  const text = readFileSync(file, 'utf8')
  const place = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`)
  writeFileSync(file, place.test(text) ? text.replace(place, () => section) : `${text.trimEnd()}\n\n${section}\n`)
}

function cleanUp(): void {
  // a measurement that failed leaves its labs
  execFileSync(process.execPath, [join(installation.dist, 'podwire.mjs'), 'clean'], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    cleanUp()
    process.exit(1)
  })

try {
  for (const name of chosen) {
    process.stdout.write(`── ${name}\n`)
    const before = load()
    try {
      const rows = (await figures[name]?.()) ?? []
      for (const row of rows) process.stdout.write(`${row.what}: ${row.value}\n`)
      process.stdout.write(`${JSON.stringify({ name, rows: rows.map(({ what, numbers }) => ({ what, ...numbers })) })}\n`)
      publish(name, rows, before)
    } catch (error) {
      // the others are worth having all the same
      process.exitCode = 1
      process.stderr.write(`${name} was not measured: ${error instanceof Error ? error.stack : String(error)}\n`)
    }
  }
} finally {
  cleanUp()
}
