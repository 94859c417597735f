// Lighthouse on the pages that a visitor sees first. It comes from npm when it is asked for: 150 packages that nothing else needs.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Row } from './numbers.ts'
import { startWeb } from './web.ts'

const version = '12.8.2'
const runs = 5
const pages = {
  home: '/en',
  lesson: '/en/lessons/service-is-a-query',
  catalogue: '/en/labs',
  lab: '/en/labs/sd-selector-typo',
}
const wholeScores = ['accessibility', 'best-practices', 'seo'] as const
type Category = (typeof wholeScores)[number] | 'performance'

interface Report {
  categories: Partial<Record<Category, { score: number | null; auditRefs: { id: string; weight: number }[] }>>
  audits: Record<string, { score: number | null; title: string }>
  runtimeError?: { message: string }
}

const run = promisify(execFile)

/** Its defaults: a phone of the middle class on a slow network, simulated. */
async function look(url: string, categories: readonly Category[]): Promise<Report> {
  const file = join(tmpdir(), 'lighthouse.json')
  const chrome = '--headless=new --no-sandbox --disable-gpu'
  await run(
    'npx',
    [
      '--yes',
      `lighthouse@${version}`,
      url,
      '--quiet',
      '--output=json',
      `--output-path=${file}`,
      `--chrome-flags=${chrome}`,
      `--only-categories=${categories.join(',')}`,
    ],
    { env: { ...process.env, CHROME_PATH: '/usr/bin/chromium' }, maxBuffer: 1 << 24, timeout: 300_000 },
  )
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  if (report.runtimeError) throw new Error(`${url}: ${report.runtimeError.message}`)
  return report
}

const scoreOf = (report: Report, category: Category) => Math.round((report.categories[category]?.score ?? 0) * 100)

/** The audits that took points, so that a 97 says what to mend. */
function lostBy({ categories, audits }: Report, category: Category): string[] {
  const refs = categories[category]?.auditRefs ?? []
  return refs.filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 1).map(({ id }) => id)
}

export async function lighthouse(): Promise<Row[]> {
  const web = await startWeb()
  const rows: Row[] = []
  try {
    for (const [name, path] of Object.entries(pages)) {
      const first = await look(`${web.url}${path}`, [...wholeScores, 'performance'])
      const speeds = [scoreOf(first, 'performance')]
      while (speeds.length < runs) speeds.push(scoreOf(await look(`${web.url}${path}`, ['performance']), 'performance'))
      speeds.sort((a, b) => a - b)
      const performance = speeds[Math.floor(runs / 2)] as number
      const whole = wholeScores.map((category) => {
        const lost = lostBy(first, category)
        return `${category} ${scoreOf(first, category)}${lost.length > 0 ? ` (${lost.join(', ')})` : ''}`
      })
      rows.push({
        what: `Lighthouse ${version}, ${name}`,
        value: `${whole.join(', ')}, performance ${performance} (median of ${speeds.join(', ')})`,
        numbers: { performance, ...Object.fromEntries(wholeScores.map((category) => [category, scoreOf(first, category)])) },
      })
    }
  } finally {
    await web.stop()
  }
  return rows
}
