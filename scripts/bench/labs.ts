// Labs for benchmarks: launched as sessions launch them, each for a learner of its own.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  connectToLab,
  isSpare,
  type LabClient,
  type LaunchedLab,
  labdProgram,
  launchLab,
  launchSpare,
  readLabConfig,
} from '../../labs/labd/client.ts'
import { processTreeMemory } from '../../labs/runtimes/embedded/memory.ts'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import type { RuntimeName } from '../../labs/spec/scenario.ts'
import { readEnvironment } from '../../labs/system/environment.ts'
import { labsFolder } from '../../labs/system/folders.ts'
import { readInstallation } from '../../labs/system/installation.ts'
import { waitUntilGone } from '../../labs/system/processes.ts'

export interface BenchLab {
  client: LabClient
  /** of the lab process */
  pid: number
  /** by performance.now() */
  launchedAt: number
  /** launch to broken */
  readyMs: number
  /** the first snapshot that was broken */
  first: LabSnapshot
  stop(): Promise<void>
}

/** Resolves when a snapshot fits; rejects when the lab fails, or is not there in time. */
export function until(client: LabClient, fits: (s: LabSnapshot) => boolean, timeoutMs = 20_000): Promise<LabSnapshot> {
  return new Promise((resolve, reject) => {
    const finish = (end: () => void) => {
      clearTimeout(timer)
      stop()
      end()
    }
    const timer = setTimeout(() => finish(() => reject(new Error(`the lab did not get there in ${timeoutMs} ms`))), timeoutMs)
    const take = (s: LabSnapshot) => {
      if (fits(s)) finish(() => resolve(s))
      else if (s.state === 'failed') finish(() => reject(new Error(`the lab failed: ${s.failure?.message}`)))
    }
    const stop = client.onPush((m) => {
      if (m.op === 'snapshot') take(m.snapshot)
    })
    client.request({ op: 'subscribe' }).then(take, reject)
  })
}

export interface BenchOptions {
  timeoutMs?: number
  runtime?: RuntimeName
}

const scenarioFolderOf = (scenarioId: string) => join(readInstallation().root, 'labs/scenarios', scenarioId)

/** What every process of the bench is launched with. */
function machine(runtime: RuntimeName) {
  const { build, assets, dist } = readInstallation()
  const memoryMB = readEnvironment().memoryMB[runtime]
  return { runtime, memoryMB, logLevel: 'info' as const, build, assets, program: labdProgram(dist) }
}

/** A lab of the bench's own learner, broken. Ends it again when it does not get there. */
export async function startLab(
  scenarioId: string,
  learner: string,
  { timeoutMs, runtime = 'embedded' }: BenchOptions = {},
): Promise<BenchLab> {
  const launchedAt = performance.now()
  const launched = launchLab({
    ...machine(runtime),
    scenarioId,
    scenarioFolder: scenarioFolderOf(scenarioId),
    learner,
    locale: 'en',
    begin: 'broken',
    idleMinutes: 30,
    forProof: false,
  })
  const client = await connectToLab(launched.labId, { locale: 'en', build: readInstallation().build })
  return untilBroken(launched, client, launchedAt, timeoutMs)
}

/** The same lab out of a spare cluster that waits already: the time begins when it is assigned its scenario. */
export async function startWarmLab(
  scenarioId: string,
  learner: string,
  { timeoutMs, runtime = 'embedded' }: BenchOptions = {},
): Promise<BenchLab> {
  const launched = launchSpare(machine(runtime))
  const client = await connectToLab(launched.labId, { locale: 'en', build: readInstallation().build })
  const deadline = performance.now() + (timeoutMs ?? 20_000)
  for (;;) {
    const config = readLabConfig(launched.folder)
    if (!isSpare(config) || config.failed || performance.now() > deadline) throw new Error('the spare did not become ready')
    if (config.readyAt) break
    await delay(20)
  }
  const assignedAt = performance.now()
  const { memoryMB } = machine(runtime)
  await client.request({
    ...{ op: 'assign', scenarioId, scenarioFolder: scenarioFolderOf(scenarioId), learner, locale: 'en', begin: 'broken' },
    ...{ idleMinutes: 30, memoryMB },
  })
  return untilBroken(launched, client, assignedAt, timeoutMs)
}

async function untilBroken(launched: LaunchedLab, client: LabClient, launchedAt: number, timeoutMs?: number): Promise<BenchLab> {
  const stop = async () => {
    await client.request({ op: 'stop' }).catch(() => undefined) // the connection may end before the answer: that is the end that was asked for
    client.close()
    await waitUntilGone(launched.process, 20_000)
    await rm(launched.folder, { recursive: true, force: true })
  }
  try {
    const first = await until(client, (s) => s.state === 'broken', timeoutMs)
    return { client, pid: launched.process.pid, launchedAt, readyMs: performance.now() - launchedAt, first, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Resolves when no lab has a folder any more; rejects after 20 s. */
export async function untilNoLab(): Promise<void> {
  const deadline = performance.now() + 20_000
  while (existsSync(labsFolder()) && readdirSync(labsFolder()).length > 0) {
    if (performance.now() > deadline) throw new Error(`labs have not ended: ${readdirSync(labsFolder())}`)
    await delay(20)
  }
}

/** Bytes of a lab process, and of the sandbox that it started: shares of shared pages (PSS), the sandbox's with its files in memory. */
export async function memoryOf(labd: number): Promise<{ labd: number; sandbox: number }> {
  const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${labd}/smaps_rollup`, 'utf8'))
  const children = readFileSync(`/proc/${labd}/task/${labd}/children`, 'utf8').trim().split(' ').map(Number)
  const sandboxes = await Promise.all(children.map(processTreeMemory))
  return { labd: Number(pss?.[1]) * 1024, sandbox: sandboxes.reduce((a, b) => a + b, 0) }
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
  await delay(500) // the prompt
  const times: number[] = []
  for (let i = 1; i <= count; i++) {
    const echo = new Promise<void>((resolve) => {
      heard = resolve
    })
    const sent = performance.now()
    await client.request({ op: 'terminal.input', terminalId, clientId: 'benchmark', inputSeq: i }, Buffer.from('x'))
    await echo
    times.push(performance.now() - sent)
    await delay(20)
  }
  stop()
  await client.request({ op: 'terminal.close', terminalId })
  return times
}

/** Runs a command on the laptop to its end; resolves with what it printed. Rejects when it fails. */
export function readOutput(client: LabClient, argv: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let execId = ''
    const text = { stdout: '', stderr: '' }
    const stop = client.onPush((m, tail) => {
      if (m.op === 'exec.out' && m.execId === execId) {
        text[m.stream] += tail
        void client.request({ op: 'exec.ack', execId, bytes: tail.length })
      }
      if (m.op !== 'exec.exit' || m.execId !== execId) return
      stop()
      if (m.code === 0) resolve(text.stdout)
      else reject(new Error(`${argv.join(' ')} ended with ${m.code}: ${text.stderr}`))
    })
    client.request({ op: 'exec', target: 'laptop', argv, stdin: false, record: false }).then((r) => {
      execId = r.execId
    }, reject)
  })
}
