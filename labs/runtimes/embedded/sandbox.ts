// Starts and ends the sandbox of an embedded lab: bubblewrap around labinit. Called by the embedded runtime (in labd).
// An ordinary user needs no privilege; root gives the sandbox a range of ids that are nobody's and is not in it.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { createInterface } from 'node:readline'
import type { Duplex, Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { LabError } from '../../spec/errors.ts'
import type { Cgroup } from '../../system/cgroup.ts'
import { createInitClient } from '../../system/init-client.ts'
import type { Log } from '../../system/log.ts'
import { identify, signalProcess, waitUntilGone } from '../../system/processes.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { findSandboxStarters } from '../../system/sandbox-processes.ts'
import { processLimit } from './limits.ts'
import { bwrapArguments, chooseIdMapping, findProgram, type IdMapping, labUid, rangeSize } from './sandbox-recipe.ts'
import { buildSeccompFilter } from './seccomp.ts'

const namespaceLimit = 96
const startTimeoutMs = 15_000
const goneTimeoutMs = 10_000
const keptErrorLines = 20
const lastErrorsMs = 200
const apiServerPort = 6443

export interface SandboxOptions {
  /** what scripts/stage.mjs made */
  assets: string
  /** host name of the sandbox's outer namespace, seen by the platform only, which finds processes of the start by it: no two sandboxes share one */
  hostname?: string
  log: Log
  signal?: AbortSignal
  /** Limits it as a whole; from now on the sandbox's, which removes it. */
  cgroup?: Cgroup
  /** whether students may use the eBPF maps of the lab */
  bpfMaps?: boolean
  /** for tests; default: what this machine and user allow */
  mapping?: IdMapping
}

export interface Sandbox {
  init: SandboxInit
  /** the control plane's descriptor 3 */
  channel: Duplex
  /** Makes the namespace control-plane, listens on port 6443 in it and starts the control plane; `config` is its argument. */
  startControl(config: string): Promise<void>
  /** labinit's pid on this machine */
  pid: number
  /** settles when the sandbox ended, or its control plane did; the value says why */
  exited: Promise<string>
  /** Whether its cgroup was why it ended. */
  ranOutOfMemory(): boolean
  /** Ends every process in it, and waits until they are gone. May be called any number of times. */
  kill(): Promise<void>
}

/** Throws LabError runtime-unavailable, sandbox-failed or lab-limit, or the signal's reason; nothing is left behind then. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { cgroup } = options
  const mapping = options.mapping ?? chooseIdMapping({ name: userInfo().username, uid: userInfo().uid })
  try {
    options.signal?.throwIfAborted()
    return await startMapped(options, mapping).catch((error) => {
      if (mapping.kind !== 'range' || options.signal?.aborted || !(error instanceof IdMapError)) throw error
      options.log.warn({ reason: error.message }, 'newuidmap refused; going on with a single user id')
      return startMapped(options, { kind: 'single' })
    })
  } catch (error) {
    await cgroup?.remove()
    throw error
  }
}

class IdMapError extends LabError {
  constructor(cause: Error) {
    super('sandbox-failed', `The sandbox did not start: its id map could not be written (${cause.message}).`, { cause })
  }
}

async function startMapped(options: SandboxOptions, mapping: IdMapping): Promise<Sandbox> {
  const { assets, hostname = `podwire-${randomUUID()}`, log, signal, cgroup, bpfMaps } = options
  const bwrap = findProgram('bwrap')
  if (!bwrap) {
    throw new LabError('runtime-unavailable', 'bubblewrap (bwrap) is not installed.', { hint: 'apt-get install bubblewrap' })
  }
  const writesMaps = mapping.kind !== 'single'
  const args = bwrapArguments({ assets, hostname, infoFd: 4, mapsWrittenFd: writesMaps ? 5 : undefined })
  // 3: control's channel; 4: bwrap tells its child's pid; 5: we tell that the maps are written
  const stdio: ('pipe' | number)[] = Array<'pipe'>(writesMaps ? 6 : 5).fill('pipe')
  const entry = cgroup?.openEntry()
  const [program, ...argv] = entry === undefined ? [bwrap, ...args] : enterFirst(stdio.push(entry) - 1, [bwrap, ...args])
  const child: ChildProcess = spawn(program, argv, {
    stdio,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } as unknown as NodeJS.ProcessEnv, // Next's types ask for NODE_ENV
    cwd: '/',
    ...(mapping.kind === 'root' ? { uid: labUid, gid: labUid } : {}),
  })
  if (entry !== undefined) closeSync(entry)
  const errorLines = followErrors(child, log)
  const ended = watchEnd(child, errorLines)
  const [input, output, , channel, info, mapsWritten] = child.stdio as unknown as [Writable, Readable, Readable, Duplex, Duplex, Duplex?]
  for (const stream of [input, channel, info, mapsWritten])
    stream?.on('error', (error) => log.debug({ error: error.message }, 'sandbox stream'))
  // Told before bwrap lets its child go on. A bwrap that is killed before then leaves a child that waits for ever.
  const labinit = readChildPid(info).then((pid) => (pid === undefined ? undefined : identify(pid)))
  const orphansEnded = Promise.all([labinit, ended]).then(([first]) => {
    if (!first) for (const orphan of findSandboxStarters(hostname)) signalProcess(orphan, 'SIGKILL')
  })

  const kill = async () => {
    input.destroy()
    mapsWritten?.destroy()
    const first = await labinit
    if (first) signalProcess(first, 'SIGKILL')
    await orphansEnded
    // When someone killed bwrap, labinit follows a moment later.
    if (first && !(await waitUntilGone(first, goneTimeoutMs))) {
      throw new LabError('sandbox-failed', `The sandbox's first process (${first.pid}) did not end within ${goneTimeoutMs} ms.`)
    }
  }

  try {
    return await withinTime(
      signal,
      Promise.race([
        ended.then((): never => {
          throw new LabError('sandbox-failed', 'The sandbox did not start.')
        }),
        (async () => {
          const first = await labinit
          if (!first) throw new LabError('sandbox-failed', 'The sandbox did not start: bwrap ended before it told the pid of its child.')
          if (cgroup && !cgroup.has(first.pid)) log.warn('the sandbox could not enter its cgroup: a watchdog limits the memory')
          await writeMaps(mapping, first.pid)
          mapsWritten?.end('1')
          const init = createInitClient(output, input)
          await init.setup({
            processLimit,
            namespaceLimit,
            filter: buildSeccompFilter({ arch: process.arch, fakeIds: mapping.kind === 'single', bpfMaps }),
          })
          const controlEnded = new Promise<string>((resolve) =>
            init.onControlExit((code) => resolve(`the control plane ended (exit code ${code})`)),
          )
          return {
            init,
            channel,
            pid: first.pid,
            exited: Promise.race([ended, controlEnded]),
            ranOutOfMemory: () => cgroup?.ranOutOfMemory() ?? false,
            async kill() {
              await kill()
              await cgroup?.remove()
            },
            async startControl(config: string) {
              await init.createNamespace({ name: 'control-plane', kind: 'node', hostname: 'control-plane' })
              await init.startControl({ namespace: 'control-plane', port: apiServerPort, config })
            },
          }
        })(),
      ]),
    )
  } catch (error) {
    await kill()
    if (cgroup?.ranOutOfMemory()) throw new LabError('lab-limit', 'The sandbox did not start within the memory it may use.')
    // How bwrap or labinit ended, and what they said, tells more than the broken pipe that their end was noticed by.
    const noticed = errorLines.length > 0 || (error instanceof LabError && error.code === 'connection-lost')
    if (signal?.aborted || error instanceof IdMapError || !noticed) throw error
    throw new LabError('sandbox-failed', `The sandbox did not start: ${await ended}`, {
      hint: 'podwire doctor says whether this machine can run labs.',
      cause: error,
    })
  }
}

/**
 * A shell that moves into the cgroup whose entry is that descriptor, and then becomes the program: so it is in there before it makes its cgroup
 * namespace or anything else. The descriptor was opened by us, and the kernel asks whether we may; the lab uid may not.
 */
const enterFirst = (entry: number, argv: [string, ...string[]]): [string, ...string[]] => [
  '/bin/sh',
  '-c',
  `echo 0 2>/dev/null >&${entry}; exec "$@" ${entry}>&-`,
  'sh',
  ...argv,
]

/** Rejects with the signal's reason, or `timeout`. */
async function withinTime<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  let stop: () => void = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    const timer = setTimeout(
      () => reject(new LabError('timeout', `The sandbox did not start within ${startTimeoutMs} ms.`)),
      startTimeoutMs,
    )
    const onAbort = () => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort)
    stop = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  })
  try {
    return await Promise.race([work, interrupted])
  } finally {
    stop()
  }
}

/** Every line of bwrap, labinit and the control plane goes to the log; the last ones explain an end. */
function followErrors(child: ChildProcess, log: Log): string[] {
  const lines: string[] = []
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line)
      if (lines.length > keptErrorLines) lines.shift()
      log.warn({ line }, 'sandbox')
    })
  }
  return lines
}

function watchEnd(child: ChildProcess, errorLines: string[]): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', async (code, signal) => {
      // stderr may still hold what was written last
      if (child.stderr && !child.stderr.closed)
        await Promise.race([once(child.stderr, 'close'), delay(lastErrorsMs, undefined, { ref: false })])
      resolve([`bwrap ended with ${signal ?? `exit code ${code}`}`, ...errorLines].join('\n'))
    })
  })
}

/** undefined when bwrap ended before it had a child. */
async function readChildPid(info: Readable): Promise<number | undefined> {
  let text = ''
  for await (const chunk of info) {
    text += chunk
    if (text.includes('}')) break
  }
  const pid = text.includes('}') ? (JSON.parse(text) as { 'child-pid'?: unknown })['child-pid'] : undefined
  return typeof pid === 'number' ? pid : undefined
}

async function writeMaps(mapping: IdMapping, pid: number): Promise<void> {
  if (mapping.kind === 'root') {
    const map = `0 ${labUid} ${rangeSize}`
    writeFileSync(`/proc/${pid}/gid_map`, map)
    writeFileSync(`/proc/${pid}/uid_map`, map)
  } else if (mapping.kind === 'range') {
    const run = promisify(execFile)
    const { uid, gid } = userInfo()
    const ranges = (own: number, ids: { start: number; count: number }) => [pid, 0, own, 1, 1, ids.start, ids.count].map(String)
    try {
      await Promise.all([run('newuidmap', ranges(uid, mapping.uids)), run('newgidmap', ranges(gid, mapping.gids))])
    } catch (error) {
      throw new IdMapError(error as Error)
    }
  }
}
