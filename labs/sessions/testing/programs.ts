// Our built programs as processes of their own, to be killed by tests: the command line and the web server. Used by chaos tests.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { installationRoot } from '../../system/installation.ts'

const startMs = 30_000

export interface Ran {
  /** null when a signal ended it */
  code: number | null
  stdout: string
  stderr: string
}

/** `podwire …`; `ran` resolves when it has ended, however it did. */
export function spawnPodwire(env: Record<string, string>, ...argv: string[]): { child: ChildProcess; ran: Promise<Ran> } {
  const child = spawn(process.execPath, [join(installationRoot(), 'dist/podwire.mjs'), ...argv], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (bytes) => {
    text.stdout += bytes
  })
  child.stderr.on('data', (bytes) => {
    text.stderr += bytes
  })
  const ran = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...text }))
  })
  return { child, ran }
}

export interface WebServer {
  child: ChildProcess
  /** A page's socket, connected as the learner of this machine. */
  openPage(): Promise<Socket>
}

/** dist/web.mjs on a free port. */
export async function startWeb(env: Record<string, string>): Promise<WebServer> {
  const child = spawn(process.execPath, [join(installationRoot(), 'dist/web.mjs'), '--port', '0'], {
    env: { ...process.env, NODE_ENV: 'production', PODWIRE_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    const fail = (why: string) => reject(new Error(`dist/web.mjs ${why}:\n${output}`))
    const timer = setTimeout(() => fail(`is not ready after ${startMs} ms`), startMs)
    const read = (bytes: Buffer) => {
      output += bytes
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output)
      if (found) resolve(found[0])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', () => {
      clearTimeout(timer)
      fail('has ended')
    })
  })
  return {
    child,
    async openPage() {
      const response = await fetch(`${url}/icon.svg`)
      await response.arrayBuffer()
      const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const page = io(url, { transports: ['websocket'], reconnection: false, extraHeaders: { cookie } })
      await new Promise<void>((resolve, reject) => {
        page.once('connect', resolve)
        page.once('connect_error', reject)
      })
      return page
    },
  }
}

export async function killNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
