// Puts a lab's parts together into what one viewer may see, in that viewer's language. Pure; used by lab.ts.
import { composeDebrief } from '../catalogue/debrief.ts'
import type { CommandView, GuardView, LabSnapshot, TaskView } from '../spec/lab.ts'
import type { Locale, Scenario, ScenarioText } from '../spec/scenario.ts'
import type { LabConfig } from './config.ts'

/** The lab as it is now; times are epoch ms. */
export interface LabFacts
  extends Pick<
    LabSnapshot,
    | 'state'
    | 'readyMs'
    | 'brokenAt'
    | 'solvedAt'
    | 'expiresAt'
    | 'warnAt'
    | 'steps'
    | 'targets'
    | 'terminals'
    | 'checkedAt'
    | 'resets'
    | 'failure'
  > {
  config: LabConfig
  scenario: Scenario
  /** in the viewer's language */
  text: ScenarioText
  locale: Locale
  tasks: TaskView[]
  guards: GuardView[]
  hintsOpen: number
  path: LabSnapshot['path']['state']
  /** hints that were opened, and followed packets where that counts as one */
  hintsUsed: number
  commands: CommandView[]
  next?: { id: string; title: string }
}

const shownCommands = 50

/** Nothing unrevealed is in it: the ticket and the tasks come with the fault, hints one by one, the debrief when it is solved. */
export function composeSnapshot(facts: LabFacts): LabSnapshot {
  const { config, scenario, text } = facts
  const exercise = facts.brokenAt !== undefined && facts.state !== 'healthy'
  return {
    labId: config.labId,
    scenarioId: config.scenarioId,
    title: text.title,
    runtime: config.runtime,
    locale: facts.locale,
    learner: config.learner,
    build: config.build,
    state: facts.state,
    createdAt: config.createdAt,
    readyMs: facts.readyMs,
    brokenAt: facts.brokenAt,
    solvedAt: facts.solvedAt,
    expiresAt: facts.expiresAt,
    warnAt: facts.warnAt,
    steps: facts.steps,
    ticket: exercise ? text.ticket : undefined,
    tasks: exercise ? facts.tasks : [],
    guards: exercise ? facts.guards : [],
    hints: { total: scenario.hints, open: text.hints.slice(0, facts.hintsOpen) },
    path: { rule: scenario.path, state: facts.path },
    targets: facts.targets,
    initialTargets: scenario.terminals,
    terminals: facts.terminals,
    checkedAt: facts.checkedAt,
    resets: facts.resets,
    commands: facts.commands.slice(-shownCommands),
    failure: facts.failure,
    debrief:
      facts.solvedAt !== undefined && facts.brokenAt !== undefined && exercise
        ? composeDebrief(
            scenario,
            text,
            { commands: facts.commands, ms: facts.solvedAt - facts.brokenAt, hints: facts.hintsUsed, resets: facts.resets },
            facts.next,
          )
        : undefined,
  }
}
