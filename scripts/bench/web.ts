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
  // a group of its own: npm's and the shell's children end with it, and it ends with us whatever ends us
  const end = () => {
    if (child.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGTERM')
  }
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  const stop = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      end()
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

/** Resolves when the page has loaded all it loads by itself. */
export async function untilIdle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(500)
}
