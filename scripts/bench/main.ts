// `npm run bench -- <name>…`: measures and writes the tables of docs/benchmarks.md between their markers. Needs a built dist/ (npm start once).
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { installationRoot } from '../../labs/system/installation.ts'
import { figures } from './figures.ts'
import type { Row } from './numbers.ts'

const names = Object.keys(figures)
const asked = process.argv.slice(2)
const chosen = asked[0] === 'all' ? names : names.filter((n) => asked.includes(n))
if (chosen.length === 0 || asked.some((a) => a !== 'all' && !names.includes(a))) {
  process.stderr.write(`Usage: npm run bench -- all | ${names.join(' | ')}\n`)
  process.exit(2)
}

const file = join(installationRoot(), 'docs/benchmarks.md')
// labs of the benchmark's own: a developer's running labs are none of its business
const folder = mkdtempSync(join(tmpdir(), 'podwire-bench-'))
process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
process.env.PODWIRE_STATE_DIR = join(folder, 'state')

function publish(name: string, rows: Row[]): void {
  const machine = `${cpus().length} cores, Linux ${release()}, Node.js ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)} at the end, ${new Date().toISOString().slice(0, 10)}`
  const table = ['| what | measured |', '|---|---|', ...rows.map((r) => `| ${r.what} | ${r.value} |`)].join('\n')
  const section = `<!-- ${name} -->\n\`npm run bench -- ${name}\` (${machine})\n\n${table}\n<!-- /${name} -->`
  const text = readFileSync(file, 'utf8')
  const place = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`)
  writeFileSync(file, place.test(text) ? text.replace(place, section) : `${text.trimEnd()}\n\n${section}\n`)
}

try {
  for (const name of chosen) {
    process.stdout.write(`── ${name}\n`)
    const rows = (await figures[name]?.()) ?? []
    for (const row of rows) process.stdout.write(`${row.what}: ${row.value}\n`)
    publish(name, rows)
  }
} finally {
  // a measurement that failed leaves its labs
  execFileSync(process.execPath, [join(installationRoot(), 'dist/podwire.mjs'), 'clean'], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
}
