// The debrief of a solved lab: the scenario's texts beside what this learner did. Pure; labd has it while the lab lives, pages and the CLI make it again
// from the store afterwards.
import type { CommandView, LabSnapshot } from '../spec/lab.ts'
import type { Scenario, ScenarioText } from '../spec/scenario.ts'

export type DebriefView = NonNullable<LabSnapshot['debrief']>

/** How the learner got there. */
export interface SolutionFacts {
  commands: CommandView[]
  /** from broken to solved */
  ms: number
  hints: number
  resets: number
}

export function composeDebrief(scenario: Scenario, text: ScenarioText, facts: SolutionFacts, next: DebriefView['next']): DebriefView {
  const { debrief, wrongFixes } = text
  return {
    title: debrief.title,
    body: debrief.body,
    incident: debrief.incident,
    wrongFixes: scenario.wrongFixes.flatMap(({ id }) => wrongFixes[id] ?? []),
    commands: facts.commands,
    ms: facts.ms,
    hints: facts.hints,
    resets: facts.resets,
    next,
  }
}
