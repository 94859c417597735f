// A web process of its own for a benchmark, and Chromium to look at it.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { installationRoot } from '../../labs/system/installation.ts'

export interface WebUnderTest {
  url: string
  stop(): Promise<void>
}

/** Starts a program and resolves with the first match of `ready` in what it prints. */
export function startUntil(
  argv: string[],
  ready: RegExp,
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ match: RegExpExecArray; child: ChildProcess; stop(): Promise<void> }> {
  const [file = '', ...args] = argv
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      if (child.pid) process.kill(-child.pid, 'SIGTERM')
    })
  return new Promise((resolve, reject) => {
    let text = ''
    const read = (chunk: Buffer) => {
      text += chunk
      const match = ready.exec(text)
      if (match) resolve({ match, child, stop })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${argv.join(' ')} ended with ${code}:\n${text}`)))
  })
}

export async function startWeb(): Promise<WebUnderTest> {
  const web = await startUntil([process.execPath, join(installationRoot(), 'dist/web.mjs'), '--port', '0'], /serves (http:\S+)/, {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  return { url: web.match[1] as string, stop: web.stop }
}

/** Chromium as Debian packages it. Without 3D every terminal draws in the DOM, so that two of them can be watched alike. */
export const openChromium = ({ flat = false } = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', ...(flat ? ['--disable-3d-apis'] : [])],
  })

/** Milliseconds from each key's keydown to its character in xterm's rows, both seen inside the page. */
export async function measureKeystrokes(page: Page, rows: string, count: number): Promise<number[]> {
  await page.evaluate((selector) => {
    const state = window as unknown as { sentAt?: number; echoes: number[] }
    state.echoes = []
    addEventListener(
      'keydown',
      () => {
        state.sentAt = performance.now()
      },
      true,
    )
    new MutationObserver(() => {
      if (state.sentAt === undefined) return
      state.echoes.push(performance.now() - state.sentAt)
      state.sentAt = undefined
    }).observe(document.querySelector(selector) as Element, { childList: true, subtree: true, characterData: true })
  }, rows)
  for (let i = 0; i < count; i++) {
    await page.keyboard.press('abcdefghij'[i % 10] as string)
    await page.waitForTimeout(60)
  }
  return page.evaluate(() => (window as unknown as { echoes: number[] }).echoes)
}
