// Labs for benchmarks: launched as sessions launch them, each for a learner of its own.
import { readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { connectToLab, type LabClient, labdProgram, launchLab } from '../../labs/labd/client.ts'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { readInstallation } from '../../labs/system/installation.ts'
import { waitUntilGone } from '../../labs/system/processes.ts'

export interface BenchLab {
  client: LabClient
  pid: number
  /** launch to broken */
  readyMs: number
  stop(): Promise<void>
}

/** Resolves when a snapshot fits. */
export function until(client: LabClient, fits: (s: LabSnapshot) => boolean, timeoutMs = 20_000): Promise<LabSnapshot> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the lab did not get there in time')), timeoutMs)
    const take = (s: LabSnapshot) => {
      if (!fits(s)) return
      clearTimeout(timer)
      stop()
      resolve(s)
    }
    const stop = client.onPush((m) => {
      if (m.op === 'snapshot') take(m.snapshot)
    })
    client.request({ op: 'subscribe' }).then(take, reject)
  })
}

export async function startLab(scenarioId: string, learner: string): Promise<BenchLab> {
  const installation = readInstallation()
  const started = performance.now()
  const launched = launchLab({
    scenarioId,
    scenarioFolder: join(installation.root, 'labs/scenarios', scenarioId),
    runtime: 'embedded',
    learner,
    locale: 'en',
    begin: 'broken',
    idleMinutes: 30,
    memoryMB: 1024,
    logLevel: 'info',
    forProof: false,
    build: installation.build,
    assets: installation.assets,
    program: labdProgram(installation.dist),
  })
  const client = await connectToLab(launched.labId, { locale: 'en', build: installation.build })
  const snapshot = await until(client, (s) => s.state === 'broken' || s.state === 'failed')
  if (snapshot.state === 'failed') throw new Error(snapshot.failure?.message)
  return {
    client,
    pid: launched.process.pid,
    readyMs: performance.now() - started,
    async stop() {
      await client.request({ op: 'stop' }).catch(() => undefined) // the connection may end before the answer: that is the end that was asked for
      client.close()
      await waitUntilGone(launched.process, 5000)
      await rm(launched.folder, { recursive: true, force: true })
    },
  }
}

/** Bytes (PSS) of a process and all below it, told apart: the lab process, and what it started. */
export function memoryOf(pid: number): { labd: number; sandbox: number } {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      parents.set(
        Number(name),
        Number(
          readFileSync(`/proc/${name}/stat`, 'utf8')
            .replace(/^.*\) /, '')
            .split(' ')[1],
        ),
      )
    } catch {
      // it ended while we looked
    }
  }
  const below = (p: number): boolean => {
    for (let up = parents.get(p); up; up = parents.get(up)) if (up === pid) return true
    return false
  }
  const pss = (p: number) => {
    try {
      return 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${p}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      return 0 // it ended while we looked
    }
  }
  return { labd: pss(pid), sandbox: [...parents.keys()].filter(below).reduce((sum, p) => sum + pss(p), 0) }
}

/** Milliseconds from a byte sent into a new shell to its echo, `count` times. */
export async function measureEcho(client: LabClient, count: number): Promise<number[]> {
  const { terminalId } = await client.request({ op: 'terminal.open', target: 'laptop', cols: 80, rows: 24 })
  let heard: (() => void) | undefined
  const stop = client.onPush((m, tail) => {
    if (m.op !== 'output' || m.terminalId !== terminalId) return
    void client.request({ op: 'terminal.ack', terminalId, seq: m.seq + tail.length })
    heard?.()
  })
  await client.request({ op: 'terminal.attach', terminalId, fromSeq: 0 })
  await new Promise((resolve) => setTimeout(resolve, 500)) // the prompt
  const times: number[] = []
  for (let i = 1; i <= count; i++) {
    const echo = new Promise<void>((resolve) => {
      heard = resolve
    })
    const sent = performance.now()
    await client.request({ op: 'terminal.input', terminalId, clientId: 'benchmark', inputSeq: i }, Buffer.from('x'))
    await echo
    times.push(performance.now() - sent)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  stop()
  await client.request({ op: 'terminal.close', terminalId })
  return times
}

/** Runs a command in the lab to its end. */
export function runInLab(client: LabClient, command: string, target = 'laptop'): Promise<number> {
  return new Promise((resolve, reject) => {
    let execId = ''
    const stop = client.onPush((m) => {
      if (m.op !== 'exec.exit' || (execId && m.execId !== execId)) return
      stop()
      resolve(m.code)
    })
    client.request({ op: 'exec', target, argv: ['bash', '-c', `${command} >/dev/null 2>&1`], stdin: false, record: false }).then((r) => {
      execId = r.execId
    }, reject)
  })
}
