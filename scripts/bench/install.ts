// What it takes to get Podwire and to open a page of it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { installationRoot } from '../../labs/system/installation.ts'
import { duration, type Row } from './numbers.ts'
import { openChromium, startUntil, startWeb, untilIdle } from './web.ts'

/** JavaScript that a lesson page loads before a terminal opens, compressed as servers do. */
export async function scriptSize(): Promise<Row[]> {
  const web = await startWeb()
  const browser = await openChromium()
  try {
    const page = await browser.newPage()
    const sizes: Promise<number>[] = []
    page.on('response', (response) => {
      if (/javascript/.test(response.headers()['content-type'] ?? '')) sizes.push(response.body().then((body) => gzipSync(body).length))
    })
    await page.goto(`${web.url}/en/lessons/service-is-a-query`)
    await untilIdle(page)
    const bytes = (await Promise.all(sizes)).reduce((a, b) => a + b, 0)
    return [
      {
        what: 'JavaScript on a lesson page before a terminal opens',
        value: `${(bytes / 1000).toFixed(0)} kB gzip in ${sizes.length} files`,
        numbers: { bytes, files: sizes.length },
      },
    ]
  } finally {
    await browser.close()
    await web.stop()
  }
}

/** `npm start` in a fresh clone, then again: until it says where it serves. System packages are there; npm's own cache may be warm. */
export async function start(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'podwire-start-'))
  const clone = join(folder, 'podwire')
  // labs started by root read the cache as another user
  execFileSync('chmod', ['755', folder])
  const env = {
    ...process.env,
    PODWIRE_CACHE_DIR: join(folder, 'cache'),
    PODWIRE_RUNTIME_DIR: join(folder, 'run'),
    PODWIRE_STATE_DIR: join(folder, 'state'),
  }
  const once = async () => {
    const began = performance.now()
    const argv = ['npm', 'start', '--', '--port', String(30_000 + (process.pid % 10_000))]
    const server = await startUntil(argv, /serves http/, { cwd: clone, env })
    const took = performance.now() - began
    await server.stop()
    return took
  }
  try {
    execFileSync('git', ['clone', '--quiet', installationRoot(), clone])
    const cold = await once()
    return [duration('npm start in a fresh clone (npm packages, kubectl, build)', cold), duration('npm start again', await once())]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
