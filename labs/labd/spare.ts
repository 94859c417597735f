// A spare: a cluster that is made before anybody asks for it, and waits for its scenario. Used by occupants.ts.
import type { Cluster, Runtime, StepReport } from '../runtimes/runtime.ts'
import { type ErrorBody, LabError, toErrorBody } from '../spec/errors.ts'
import type { ProcessStatus } from '../spec/protocol.ts'
import type { Locale } from '../spec/scenario.ts'
import type { Clock } from '../system/clock.ts'
import type { Log } from '../system/log.ts'
import { type BootSteps, createBootSteps } from './boot-steps.ts'
import type { SpareConfig } from './config.ts'
import { watchMemory } from './memory-watch.ts'
import { labdTexts } from './texts.ts'

/** A failed spare tells why for so long: whoever keeps the pool reads it from lab.json and ends it before. */
const failedLingerMs = 10_000

export interface SpareOptions {
  config: SpareConfig
  folder: string
  runtime: Runtime
  clock: Clock
  log: Log
  /** Writes what has become of it into lab.json. */
  save(change: Pick<SpareConfig, 'readyAt' | 'failed'>): void
}

export interface Spare {
  /** Creates the cluster. Never rejects. */
  begin(): void
  status(locale: Locale): ProcessStatus
  /** Throws lab-state when it has failed, ends, or was taken already. */
  requireFree(): void
  /**
   * Hands the cluster over, as a runtime whose create() gives this very cluster, with the hosts of the scenario. From now on the spare is no more;
   * whoever took it destroys the cluster.
   */
  take(hosts: boolean): Runtime
  stop(): Promise<void>
  /** resolves when it is over and nothing of it runs; never once it was taken */
  readonly ended: Promise<void>
}

export function createSpare({ config, folder, runtime, clock, log, save }: SpareOptions): Spare {
  const creation = new AbortController()
  let creating: Promise<Cluster> | undefined
  let cluster: Cluster | undefined
  let fate: 'free' | 'taken' | 'failed' | 'over' = 'free'
  let usedMB: number | undefined
  let stopMemoryWatch = () => {}
  let cancelLinger = () => {}
  let markEnded = () => {}
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve
  })
  const told = new Map<string, StepReport>()
  let onTold: (report: StepReport) => void = () => {}
  const steps: BootSteps = createBootSteps(runtime.steps, clock, () => {})
  function onStep(given: StepReport): void {
    const report = given.state === 'running' ? { since: clock.now(), ...given } : given
    steps.report(report)
    told.set(report.id, report)
    onTold(report)
  }

  function fail(error: ErrorBody): void {
    if (fate !== 'free') return
    fate = 'failed'
    log.error({ error }, 'spare failed')
    stopMemoryWatch()
    save({ readyAt: undefined, failed: { code: error.code, message: error.message, hint: error.hint } })
    void cluster?.destroy().catch(warn)
    cancelLinger = clock.after(failedLingerMs, () => void stop())
  }
  const warn = (error: unknown) => log.error({ error: toErrorBody(error) }, 'cluster not destroyed in order')

  async function create(): Promise<Cluster> {
    const { labId, memoryMB } = config
    const made = await runtime.create({ labId, hosts: [], privileged: false, folder, memoryMB }, { signal: creation.signal, onStep })
    cluster = made
    return made
  }
  function wait(made: Cluster): void {
    // taken, or told to stop, while it was being made
    if (fate !== 'free') return
    save({ readyAt: clock.now() })
    log.info({ sinceLaunchMs: clock.now() - config.createdAt }, 'spare is ready')
    void made.died.then((reason) =>
      fail(
        made.ranOutOfMemory?.()
          ? { code: 'lab-limit', message: `It needed more memory than the ${config.memoryMB} MB it may use.` }
          : { code: 'sandbox-failed', message: `The cluster died: ${reason}` },
      ),
    )
    stopMemoryWatch = watchMemory(clock, config.memoryMB, () => made.memoryBytes(), {
      onMeasured: (now) => {
        usedMB = now
      },
      onTooMuch: (now) => fail({ code: 'lab-limit', message: `It used ${now} MB of memory; it may use ${config.memoryMB} MB.` }),
      onError: (error) => log.warn({ error: toErrorBody(error) }, 'memory not measured'),
    })
  }

  let stopping: Promise<void> | undefined
  function stop(): Promise<void> {
    stopping ??= (async () => {
      fate = 'over'
      cancelLinger()
      stopMemoryWatch()
      creation.abort(new LabError('lab-state', 'The spare is stopping.'))
      await creating?.catch(() => {}) // told already, or stopped by us
      await cluster?.destroy().catch(warn)
      markEnded()
    })()
    return stopping
  }

  return {
    ended,
    stop,
    begin() {
      creating = create()
      creating.then(wait, (error) => fail(toErrorBody(error)))
    },
    status: (locale) => ({ state: fate === 'failed' ? 'failed' : 'spare', memoryMB: usedMB, step: steps.running(labdTexts(locale).steps) }),
    requireFree() {
      if (fate === 'taken') throw new LabError('lab-state', 'This spare was given away a moment ago.')
      if (fate !== 'free') throw new LabError('lab-state', 'This spare has failed, or is ending.')
    },
    take(hosts) {
      fate = 'taken'
      stopMemoryWatch()
      const isReady = cluster !== undefined
      return {
        name: runtime.name,
        steps: [...(isReady ? ['pool-ready'] : ['pool-begun', ...runtime.steps]), ...(hosts ? ['hosts'] : [])],
        async create(spec, { signal, onStep: report }) {
          const startMs = clock.monotonicMs()
          report({ id: isReady ? 'pool-ready' : 'pool-begun', state: 'done' })
          if (!isReady) {
            for (const known of told.values()) report(known)
            onTold = report
          }
          const abort = () => creation.abort(signal.reason)
          signal.addEventListener('abort', abort, { once: true })
          if (signal.aborted) abort()
          try {
            const made = await (creating as Promise<Cluster>)
            try {
              signal.throwIfAborted()
              if (spec.hosts.length) await addHosts(made, spec.hosts, signal, report)
              log.info({ ms: Math.round(clock.monotonicMs() - startMs), isReady }, 'spare taken over')
              return made
            } catch (error) {
              await made.destroy().catch(warn)
              throw error
            }
          } finally {
            signal.removeEventListener('abort', abort)
          }
        },
      }
    },
  }

  async function addHosts(
    made: Cluster,
    hosts: Parameters<Cluster['addHosts']>[0],
    signal: AbortSignal,
    report: typeof onStep,
  ): Promise<void> {
    const startMs = clock.monotonicMs()
    report({ id: 'hosts', state: 'running' })
    await made.addHosts(hosts, signal)
    report({ id: 'hosts', state: 'done', ms: Math.round(clock.monotonicMs() - startMs) })
  }
}
