// Where the e2e binary runs: on the laptop of an embedded cluster, whose network nothing outside reaches, or on this machine with a kubeconfig. Used by main.ts.
import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Cluster, LabProcess } from '../../labs/runtimes/runtime.ts'
import { parseTarget } from '../../labs/spec/target.ts'
import { runCommand } from '../../labs/system/command.ts'

export interface Ran {
  code: number
  /** Ginkgo's own, in JSON; a binary that died has written none */
  report: string | undefined
}
export interface Place {
  readonly kubeconfig: string
  /** where the binary is to write its report */
  readonly reportFile: string
  /** Runs the binary to its end; `print` takes what it says. An aborted signal interrupts it, and it tidies up. */
  run(args: string[], print: (bytes: Buffer) => void, signal: AbortSignal): Promise<Ran>
}

const program = 'e2e.test'
const reportFile = '/tmp/report.json'
const laptop = parseTarget('laptop')

function collect(running: LabProcess, print: (bytes: Buffer) => void): Promise<number> {
  const take = (bytes: Buffer) => {
    print(bytes)
    running.ack(bytes.length)
  }
  running.onStdout(take)
  running.onStderr(take)
  return running.exited
}

/** What a sandbox has of the machine's files is the staged folder: a copy of it, made of links, with the binary among the platform's tools. Resolves with how to remove it. */
export async function stageProgram(assets: string, bytes: Readable): Promise<{ assets: string; remove(): void }> {
  const copy = mkdtempSync(`${assets}-upstream-`)
  const remove = () => rmSync(copy, { recursive: true, force: true })
  try {
    await runCommand(['cp', '--archive', '--link', `${assets}/.`, copy])
    await pipeline(bytes, createWriteStream(join(copy, 'skel/opt/podwire/bin', program), { mode: 0o755 }))
    return { assets: copy, remove }
  } catch (error) {
    remove()
    throw error
  }
}

export function onLaptop(cluster: Cluster): Place {
  return {
    kubeconfig: '/root/.kube/config',
    reportFile,
    async run(args, print, signal) {
      const running = await cluster.spawn(laptop, [`/opt/podwire/bin/${program}`, ...args])
      const stop = () => running.kill('SIGINT')
      signal.addEventListener('abort', stop, { once: true })
      running.end()
      const code = await collect(running, print)
      signal.removeEventListener('abort', stop)
      const reading = await cluster.spawn(laptop, ['cat', reportFile])
      const report: Buffer[] = []
      reading.end()
      const read = await collect(reading, (bytes) => report.push(bytes))
      return { code, report: read === 0 ? Buffer.concat(report).toString() : undefined }
    },
  }
}

export async function onThisMachine(kubeconfig: string, bytes: Readable): Promise<Place & { end(): void }> {
  const own = mkdtempSync(join(tmpdir(), 'podwire-upstream-'))
  const ownReport = join(own, 'report.json')
  const binary = join(own, program)
  const end = () => rmSync(own, { recursive: true, force: true })
  try {
    await pipeline(bytes, createWriteStream(binary, { mode: 0o755 }))
  } catch (error) {
    end()
    throw error
  }
  return {
    kubeconfig,
    reportFile: ownReport,
    async run(args, print, signal) {
      const running = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: own })
      const stop = () => void running.kill('SIGINT')
      signal.addEventListener('abort', stop, { once: true })
      running.stdout.on('data', print)
      running.stderr.on('data', print)
      const code = await new Promise<number>((resolve, reject) => {
        running.on('error', reject)
        running.on('close', (exit) => resolve(exit ?? 1))
      })
      signal.removeEventListener('abort', stop)
      let report: string | undefined
      try {
        report = readFileSync(ownReport, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error // an interrupted run has none
      }
      return { code, report }
    },
    end,
  }
}
