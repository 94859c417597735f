// What the learner sees of checks and guards, kept from round to round. Used by grader.ts. No clock, no I/O.
import type { GuardView, TaskView } from '../spec/lab.ts'
import type { Scenario, ScenarioText } from '../spec/scenario.ts'
import type { Verdict } from './verdict.ts'

export interface Flip {
  id: string
  kind: 'check' | 'guard'
  state: TaskView['state'] | GuardView['state']
  seen?: string
}
export type CheckOutcome = Verdict | { state: 'waiting' }

export interface Scoreboard {
  readonly tasks: readonly TaskView[]
  readonly guards: readonly GuardView[]
  /** Records an outcome; `flip` when the state changed after the first outcome, `changed` when a learner would see a difference. */
  setCheck(id: string, outcome: CheckOutcome, nowMs: number): { changed: boolean; flip?: Flip }
  setGuard(id: string, verdict: Verdict, nowMs: number): { changed: boolean; flip?: Flip }
  /** every check passes and every guard holds */
  allWell(): boolean
}

/** The check's own sentence with what was seen. */
export const failedSentence = (template: string, seen: string) => template.replaceAll('{seen}', seen)

/** "after 1 ms" and "after 2 ms" are the same news: without this a page would be redrawn four times a second. */
const sameNews = (a: string | undefined, b: string | undefined) => withoutTimes(a) === withoutTimes(b)
const withoutTimes = (text: string | undefined) => text?.replace(/\d+ ms/g, 'ms')

export function createScoreboard(scenario: Scenario, text: ScenarioText, nowMs: number): Scoreboard {
  const tasks = scenario.checks.map(
    (check): TaskView => ({
      id: check.id,
      title: text.checks[check.id]?.title ?? check.id,
      kind: 'question' in check ? 'question' : 'probe',
      state: 'waiting',
      since: nowMs,
    }),
  )
  const guards = scenario.guards.map(
    (guard): GuardView => ({ id: guard.id, title: text.guards[guard.id]?.title ?? guard.id, state: 'unknown', since: nowMs }),
  )
  const judged = new Set<string>()

  function replace<V extends TaskView | GuardView>(list: V[], next: V, kind: Flip['kind']): { changed: boolean; flip?: Flip } {
    const index = list.findIndex((view) => view.id === next.id)
    const old = list[index]
    if (!old) return { changed: false }
    const flipped = old.state !== next.state
    if (!flipped && sameNews(old.seen, next.seen)) return { changed: false }
    list[index] = flipped ? next : { ...next, since: old.since }
    const first = !judged.has(next.id)
    if (next.state !== 'waiting') judged.add(next.id)
    // The first outcome after a fault is not news, unless it is good news (an answered question, say).
    if (!flipped || (first && next.state !== 'pass')) return { changed: true }
    return { changed: true, flip: { id: next.id, kind, state: next.state, ...(next.seen ? { seen: next.seen } : {}) } }
  }

  return {
    tasks,
    guards,
    setCheck(id, outcome, at) {
      const old = tasks.find((view) => view.id === id)
      if (!old) return { changed: false }
      const base = { id, title: old.title, kind: old.kind, since: at }
      if (outcome.state === 'waiting') return replace<TaskView>(tasks, { ...base, state: 'waiting' }, 'check')
      const texts = text.checks[id]
      const wanted = texts?.wanted ?? outcome.wanted
      return replace<TaskView>(
        tasks,
        {
          ...base,
          state: outcome.state,
          seen: outcome.seen,
          ...(wanted ? { wanted } : {}),
          ...(outcome.state === 'fail' && texts ? { sentence: failedSentence(texts.failed, outcome.seen) } : {}),
        },
        'check',
      )
    },
    setGuard(id, verdict, at) {
      const old = guards.find((view) => view.id === id)
      if (!old) return { changed: false }
      const state = verdict.state === 'pass' ? 'holds' : verdict.state === 'fail' ? 'broken' : 'unknown'
      const failed = text.guards[id]?.failed
      return replace<GuardView>(
        guards,
        {
          id,
          title: old.title,
          state,
          since: at,
          seen: verdict.seen,
          ...(state === 'broken' && failed ? { sentence: failedSentence(failed, verdict.seen) } : {}),
        },
        'guard',
      )
    },
    allWell: () => tasks.every((task) => task.state === 'pass') && guards.every((guard) => guard.state === 'holds'),
  }
}
