// Keystroke to character on the screen, in Chromium: Podwire and wetty in turns, in one run.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { untilNoLab } from './labs.ts'
import { durations, median, percentile, type Row } from './numbers.ts'
import { openChromium, startUntil, startWeb } from './web.ts'

const rounds = 6
const keysPerRound = 40
const pauseMs = 60

export async function echo(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'podwire-wetty-'))
  const ends: (() => Promise<void>)[] = []
  try {
    const wetty = await startWetty(folder)
    ends.push(wetty.stop)
    const web = await startWeb()
    ends.push(web.stop)
    const browser = await openChromium({ flat: true })
    ends.push(() => browser.close())

    const viewport = { width: 1200, height: 800 }
    const ours = await browser.newPage({ viewport })
    await ours.goto(`${web.url}/en/labs/sd-selector-typo`)
    const start = ours.getByRole('button', { name: /^Start/ }).first()
    await start.click()
    await ours.locator('.xterm-rows', { hasText: 'laptop:~$' }).first().waitFor()
    const theirs = await browser.newPage({ viewport })
    await theirs.goto(wetty.url)
    await theirs.locator('.xterm-rows', { hasText: /[$#]/ }).first().waitFor()

    const times = { ours: [] as number[], theirs: [] as number[] }
    for (const page of [ours, theirs]) await measureKeystrokes(page, 'w') // warms both
    for (let round = 0; round < rounds; round++) {
      times.ours.push(...(await measureKeystrokes(ours, String(round))))
      times.theirs.push(...(await measureKeystrokes(theirs, String(round))))
    }
    await ours.getByRole('button', { name: 'Stop', exact: true }).click()
    await untilNoLab()
    const p50 = median(times.ours) / median(times.theirs)
    const p95 = percentile(times.ours, 0.95) / percentile(times.theirs, 0.95)
    return [
      durations('Keystroke to character in Chromium, Podwire', times.ours, 'keys'),
      durations(`The same in wetty ${wetty.version}`, times.theirs, 'keys'),
      { what: 'Podwire to wetty', value: `median × ${p50.toFixed(2)}, p95 × ${p95.toFixed(2)}`, numbers: { median: p50, p95 } },
    ]
  } finally {
    for (const end of ends.reverse()) await end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Installs the rival beside, never into our package.json, and has it serve the bash of this machine. */
async function startWetty(folder: string) {
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', 'wetty'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const home = join(folder, 'node_modules/wetty')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  const port = 20_000 + (process.pid % 10_000)
  const options = ['--port', String(port), '--host', '127.0.0.1', '--base', '/', '--command', 'bash --norc']
  const { stop } = await startUntil([process.execPath, join(home, 'build/main.js'), ...options], /started|listening|Server/i)
  return { version, url: `http://127.0.0.1:${port}/`, stop }
}

interface KeyWatch {
  typed: string
  sentAt: number | undefined
  times: number[]
}

/** Milliseconds from each key to its character in the terminal's rows, both by the page's clock. Leaves the line as it was. */
async function measureKeystrokes(page: Page, round: string): Promise<number[]> {
  await page.bringToFront()
  await page.locator('.xterm').first().click()
  // what follows is sought as a whole, so that nothing else on the screen is taken for it
  const mark = `#${round}#`
  await page.keyboard.type(mark)
  await page.locator('.xterm-rows', { hasText: mark }).first().waitFor()
  await page.evaluate((typed) => {
    const watch: KeyWatch = { typed, sentAt: undefined, times: [] }
    const rows = document.querySelector('.xterm-rows') as Element
    const onKey = (event: KeyboardEvent) => {
      if (event.key.length !== 1) return
      watch.typed += event.key
      watch.sentAt = event.timeStamp
    }
    const observer = new MutationObserver(() => {
      if (watch.sentAt === undefined || !rows.textContent?.includes(watch.typed)) return
      watch.times.push(performance.now() - watch.sentAt)
      watch.sentAt = undefined
    })
    addEventListener('keydown', onKey, true)
    observer.observe(rows, { childList: true, subtree: true, characterData: true })
    Object.assign(window, {
      podwireKeys: watch,
      podwireKeysEnd() {
        removeEventListener('keydown', onKey, true)
        observer.disconnect()
      },
    })
  }, mark)
  for (let i = 0; i < keysPerRound; i++) {
    await page.keyboard.press('abcdefghij'[i % 10] as string)
    await page.waitForFunction(() => (window as unknown as { podwireKeys: KeyWatch }).podwireKeys.sentAt === undefined, undefined, {
      polling: pauseMs,
      timeout: 5000,
    })
    // not in step with the screen's frames
    await page.waitForTimeout(pauseMs + (i % 7) * 3)
  }
  const times = await page.evaluate(() => {
    const { podwireKeys, podwireKeysEnd } = window as unknown as { podwireKeys: KeyWatch; podwireKeysEnd(): void }
    podwireKeysEnd()
    return podwireKeys.times
  })
  await page.keyboard.press('Control+u')
  return times
}
