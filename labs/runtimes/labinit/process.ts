// Processes that labinit starts, as the port wants them: a lab process, and one probe with the platform's prober. Used by every runtime.
import { LabError } from '../../spec/errors.ts'
import type { NetworkProbe, ProbeResult } from '../../spec/probe.ts'
import { parseTarget, type Target } from '../../spec/target.ts'
import { parseProbeOutput, probeArguments, probeBudgetMs } from '../../system/prober.ts'
import type { SandboxProcess } from '../../system/sandbox-init.ts'
import type { LabProcess, SpawnOptions } from '../runtime.ts'

const signals = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 } as const

export const labProcess = (process: SandboxProcess): LabProcess => ({
  onStdout: process.onStdout,
  onStderr: process.onStderr,
  exited: process.exited,
  write: process.write,
  get heldBytes() {
    return process.heldBytes
  },
  taken: process.taken,
  end: process.end,
  ack: process.ack,
  resize: process.resize,
  kill: (signal) => process.kill(signals[signal]),
})

export type SpawnInPlace = (target: Target, argv: string[], options?: SpawnOptions) => Promise<SandboxProcess>

/** Throws LabError timeout when the prober itself hangs, what spawn throws, or the signal's reason. */
export async function takeProbe(spawn: SpawnInPlace, given: NetworkProbe, signal?: AbortSignal): Promise<ProbeResult> {
  signal?.throwIfAborted()
  const process = await spawn(parseTarget(given.from), ['podwire-probe', ...probeArguments(given)], { view: 'platform' })
  const output: Buffer[] = []
  process.onStdout((bytes) => {
    output.push(bytes)
    process.ack(bytes.length)
  })
  process.onStderr((bytes) => process.ack(bytes.length))
  process.end()
  const onAbort = () => process.kill(signals.SIGKILL)
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(onAbort, probeBudgetMs(given))
  const code = await process.exited
  clearTimeout(timer)
  signal?.removeEventListener('abort', onAbort)
  signal?.throwIfAborted()
  if (code === 128 + signals.SIGKILL) throw new LabError('timeout', `The prober on ${given.from} did not answer in time.`)
  return parseProbeOutput(Buffer.concat(output))
}
