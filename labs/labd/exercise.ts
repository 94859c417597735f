// What a scenario does to its cluster: workloads in, fault in, fault out. Used by lab.ts.
import { runSteps, type StepOptions } from '../grading/steps.ts'
import type { Cluster } from '../runtimes/runtime.ts'
import { LabError } from '../spec/errors.ts'
import type { Locale, Scenario, ScenarioText, Step } from '../spec/scenario.ts'

/** On kind also after a reset, with which the agents of the cluster begin anew. */
const settleMs = 60_000

/** A scenario as labd needs it; catalogue's loader gives it. */
export interface LabScenario {
  scenario: Scenario
  /** in that language, or in English where it has not been translated */
  text(locale: Locale): ScenarioText
  /** every file the scenario names, by its path in the scenario's folder */
  files: ReadonlyMap<string, string>
  /** the exercise that follows, for the debrief */
  next?(locale: Locale): { id: string; title: string } | undefined
}

export interface Exercise {
  /** Applies the manifests, waits until everything they ask for works, and runs the scenario's setup. */
  setUp(signal: AbortSignal): Promise<void>
  inject(signal: AbortSignal): Promise<void>
  withdraw(signal: AbortSignal): Promise<void>
  run(steps: readonly Step[], options: StepOptions): Promise<void>
}

export function createExercise(cluster: Cluster, loaded: LabScenario): Exercise {
  const { scenario, files } = loaded
  return {
    async setUp(signal) {
      for (const file of scenario.manifests) {
        const manifest = files.get(file)
        if (manifest === undefined)
          throw new LabError('scenario-invalid', `${scenario.id} names the manifest ${file}, which is not in its folder.`)
        await cluster.apply(manifest)
      }
      await cluster.settled(settleMs, signal)
      await runSteps(cluster, loaded, scenario.setup, { signal })
    },
    async inject(signal) {
      if (scenario.fault.holds.length) await cluster.hold(scenario.fault.holds)
      await runSteps(cluster, loaded, scenario.fault.inject, { signal })
    },
    async withdraw(signal) {
      await cluster.release()
      await runSteps(cluster, loaded, scenario.fault.withdraw, { signal })
      await cluster.settled(settleMs, signal)
    },
    run: (steps, options) => runSteps(cluster, loaded, steps, options),
  }
}
