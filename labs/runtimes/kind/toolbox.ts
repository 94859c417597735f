// The toolbox of a kind lab: one container with labinit and this machine's tools, in the machine's pid namespace, so that it can enter every
// node, host and Pod of the cluster. Used by cluster.ts. It ends when the lab process does: its standard input ends then.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { LabError } from '../../spec/errors.ts'
import { createInitClient, type SandboxInitOwner } from '../../system/init-client.ts'
import type { Log } from '../../system/log.ts'
import type { Engine } from './engine.ts'
import { labLabel, toolboxName } from './names.ts'

const goneMs = 10_000
/** An engine that hangs never says no. */
const startMs = 60_000
/** Threads count. A fork bomb in a terminal ends here. */
const processLimit = 2000

export interface Toolbox {
  init: SandboxInitOwner
  /** settles when it is gone; the value says why */
  ended: Promise<string>
  /** Ends every process that was started through it. */
  kill(): Promise<void>
}

export interface ToolboxOptions {
  engine: Engine
  labId: string
  /** what scripts/stage.mjs made */
  assets: string
  /** image whose root folder is the lab's skeleton (host-image.ts) */
  image: string
  log: Log
}

/** Throws LabError cluster-failed with the engine's words, timeout, or the signal's reason. */
export async function startToolbox({ engine, labId, assets, image, log }: ToolboxOptions, signal?: AbortSignal): Promise<Toolbox> {
  signal?.throwIfAborted()
  const name = toolboxName(labId)
  const args = [
    ...['run', '--rm', '-i', '--name', name, '--label', `${labLabel}=${labId}`, '--hostname', 'toolbox'],
    // what entering somebody else's namespaces takes
    ...['--privileged', '--pid', 'host', '--cgroupns', 'host', '--network', 'none', '--pids-limit', String(processLimit)],
    ...['--tmpfs', '/run', '--tmpfs', '/tmp', '-v', '/sys/fs/cgroup:/sys/fs/cgroup:ro'],
    ...['-v', '/usr:/usr:ro', '-v', `${assets}:/lab:ro`, image, '/lab/bin/labinit'],
  ]
  const child = spawn(engine.program, args, { stdio: ['pipe', 'pipe', 'pipe'], cwd: '/' })
  const said: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.warn({ line }, 'toolbox')
    said.push(line)
    if (said.length > 20) said.shift()
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(said.join(' ') || `its toolbox ended (${signal ?? `exit code ${code}`})`))
  })
  const init = createInitClient(child.stdout, child.stdin)
  const kill = async (patienceMs = goneMs) => {
    child.stdin.destroy()
    // its end closes everything; a daemon that hangs must not hold us
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    await ended
    clearTimeout(timer)
  }
  // the first answer shows that it runs
  const answered = init.run({ view: 'platform', argv: ['true'] }).then(
    () => undefined,
    (error: Error) => error,
  )
  const limit = AbortSignal.timeout(startMs)
  const stop = signal ? AbortSignal.any([signal, limit]) : limit
  let giveUp = () => {}
  const stopped = new Promise<Error>((resolve) => {
    giveUp = () => resolve(new LabError('timeout', `The lab's toolbox did not start within ${startMs / 1000} s.`))
    stop.addEventListener('abort', giveUp, { once: true })
  })
  const failed = await Promise.race([answered, stopped, ended.then((reason) => new Error(reason))])
  stop.removeEventListener('abort', giveUp)
  if (failed) {
    const isRunning = child.exitCode === null && child.pid !== undefined
    const reason = isRunning ? failed.message : await ended
    await kill(stop.aborted ? 0 : goneMs)
    signal?.throwIfAborted()
    if (stop.aborted) throw failed
    throw new LabError('cluster-failed', `The lab's toolbox did not start: ${reason}`, { cause: failed })
  }
  return { init, ended, kill: () => kill() }
}

/** Path of labinit on this machine; hosts run it as their first process, where it only waits. */
export const labinitProgram = (assets: string): string => join(assets, 'bin/labinit')
