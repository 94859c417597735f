// The list of steps a student sees while a lab starts. Used by lab.ts.
import type { StepReport } from '../runtimes/runtime.ts'
import type { BootStep } from '../spec/lab.ts'
import type { Clock } from '../system/clock.ts'

export interface BootSteps {
  /** in order, with titles from the given table */
  views(titles: Record<string, string>): BootStep[]
  report(step: StepReport): void
  /** Runs work as one step: running, then done with its duration, or failed. */
  run<T>(id: string, work: () => Promise<T>): Promise<T>
  /** The step that runs, the first one of several. */
  running(titles: Record<string, string>): { id: string; title: string; since: number } | undefined
  /** What had not finished never will. */
  failRunning(): void
}

export function createBootSteps(ids: readonly string[], clock: Clock, onChange: () => void): BootSteps {
  const states = new Map<string, Omit<BootStep, 'id' | 'title'>>(ids.map((id) => [id, { state: 'waiting' }]))
  function report({ id, ...rest }: StepReport): void {
    states.set(id, rest.state === 'running' ? { since: clock.now(), ...rest } : rest)
    onChange()
  }
  return {
    views: (titles) => [...states].map(([id, rest]) => ({ id, title: titles[id] ?? id, ...rest })),
    report,
    async run(id, work) {
      const startMs = clock.monotonicMs()
      report({ id, state: 'running' })
      try {
        const value = await work()
        report({ id, state: 'done', ms: Math.round(clock.monotonicMs() - startMs) })
        return value
      } catch (error) {
        report({ id, state: 'failed', ms: Math.round(clock.monotonicMs() - startMs) })
        throw error
      }
    },
    running(titles) {
      for (const [id, { state, since }] of states)
        if (state === 'running' && since !== undefined) return { id, title: titles[id] ?? id, since }
      return undefined
    },
    failRunning() {
      for (const [id, rest] of states) if (rest.state === 'running') report({ id, ...rest, state: 'failed' })
    },
  }
}
