// For integration tests: staged assets with a stand-in for the control plane, and a sandbox in a process of its own, owned by any user.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { NamespaceOptions, SandboxSpawn } from '../../../system/sandbox-init.ts'
import type { IdMapping } from '../sandbox-recipe.ts'

/** Operation of driver.ts → what it takes and gives. */
export interface DriverOperations {
  start: { takes: { assets: string; mapping?: IdMapping }; gives: { pid: number } }
  /** gives the first bytes that control writes to its channel */
  startControl: { takes: string; gives: string }
  /** writes to control's channel, gives the next bytes it writes */
  askControl: { takes: string; gives: string }
  createNamespace: { takes: NamespaceOptions; gives: { pid: number } }
  destroyNamespace: { takes: string; gives: undefined }
  run: { takes: SandboxSpawn & { stdin?: string; timeoutMs?: number }; gives: { code: number; stdout: string; stderr: string } }
  readFile: { takes: { namespace: string; path: string }; gives: string }
  writeFile: { takes: { namespace: string; path: string; data: string }; gives: undefined }
  memory: { takes: null; gives: number }
  kill: { takes: null; gives: undefined }
}

// Real Node in the real place, with the real descriptors; it echoes what labd sends.
const controlStandIn = `
import { Socket } from 'node:net'
const channel = new Socket({ fd: 3, readable: true, writable: true })
channel.on('data', (bytes) => channel.write('echo ' + bytes))
channel.on('close', () => process.exit(0))
channel.write('config ' + process.argv[2])
`

export interface StagedAssets {
  folder: string
  /** the same, owned by an ordinary user */
  ownedBy(uid: number, gid: number): string
  /** bundles driver.ts for any user to run */
  driver: string
  remove(): void
}

/** Stages real assets into a temporary folder that every user may read. */
export async function stageForTests(): Promise<StagedAssets> {
  const scripts = join(import.meta.dirname, '../../../../scripts')
  const { stageAssets } = await import(join(scripts, 'stage.mjs'))
  const { ensureKubectl } = await import(join(scripts, 'kubectl.mjs'))
  const { cacheFolder } = await import(join(scripts, 'setup.mjs'))
  const { build } = await import('esbuild')
  const temporary = mkdtempSync(join(tmpdir(), 'podwire-sandbox-test-'))
  chmodSync(temporary, 0o755)
  const control = join(temporary, 'control.mjs')
  writeFileSync(control, controlStandIn)
  const kubectl = await ensureKubectl({ cacheFolder: cacheFolder() })
  const staged = await stageAssets({ kubectl, control, cache: join(temporary, 'cache'), dist: join(temporary, 'dist') })
  const driver = join(temporary, 'driver.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'driver.ts')],
    outfile: driver,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    banner: { js: "import { createRequire as podwireRequire } from 'node:module'; const require = podwireRequire(import.meta.url);" },
  })
  return {
    folder: staged.folder,
    driver,
    ownedBy(uid, gid) {
      const copy = `${temporary}/assets-of-${uid}`
      execFileSync('cp', ['-a', '--reflink=auto', staged.folder, copy])
      execFileSync('chown', ['-R', '-h', `${uid}:${gid}`, copy])
      return copy
    },
    remove: () => rmSync(temporary, { recursive: true, force: true }),
  }
}

export class DrivenSandbox {
  /** settles with the reason when the sandbox ends */
  readonly exited: Promise<string>
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  private nextId = 1

  private constructor(readonly process: ChildProcess) {
    let tellExited: (reason: string) => void = () => {}
    this.exited = new Promise((resolve) => {
      tellExited = resolve
    })
    createInterface({ input: process.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const message = JSON.parse(line) as { exited?: string; id: number; gives?: unknown; error?: string }
      if (message.exited !== undefined) return tellExited(message.exited)
      const asked = this.waiting.get(message.id)
      this.waiting.delete(message.id)
      if (message.error === undefined) asked?.resolve(message.gives)
      else asked?.reject(new Error(message.error))
    })
    process.on('exit', (code, signal) => this.refuse(`the driver ended (${signal ?? code})`))
    // A driver that was killed refuses what is written to it before its exit is told.
    process.stdin?.on('error', (error) => this.refuse(`the driver does not read: ${error.message}`))
  }

  private refuse(reason: string): void {
    for (const { reject } of this.waiting.values()) reject(new Error(reason))
    this.waiting.clear()
  }

  /** user: undefined means this process's own. */
  static launch(driver: string, user?: { uid: number; gid: number }): DrivenSandbox {
    const command = [process.execPath, driver]
    const argv = user ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--inh-caps=-all', ...command] : command
    const [file, ...args] = argv as [string, ...string[]]
    return new DrivenSandbox(spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' }))
  }

  ask<O extends keyof DriverOperations>(op: O, takes: DriverOperations[O]['takes']): Promise<DriverOperations[O]['gives']> {
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.process.stdin?.write(`${JSON.stringify({ id, op, takes })}\n`)
    })
  }

  /** Runs bash with a script inside a namespace; gives what it printed and its exit code. */
  async bash(namespace: string, script: string, options: { view?: 'inside' | 'platform'; timeoutMs?: number } = {}) {
    const { code, stdout, stderr } = await this.ask('run', {
      namespace,
      view: options.view ?? 'inside',
      argv: ['bash', '-c', script],
      timeoutMs: options.timeoutMs ?? 15_000,
    })
    return { code, output: (stdout + stderr).trim() }
  }

  async end(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const ended = new Promise((resolve) => this.process.once('exit', resolve))
    await this.ask('kill', null).catch(() => {}) // not started, or dead already: ending the driver ends the rest
    this.process.kill('SIGKILL')
    await ended
  }
}
