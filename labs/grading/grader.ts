// The live grader: takes a scenario's probes in rounds while the learner works, and once on demand for the proof. labd owns one per lab.

import { LabError } from '../spec/errors.ts'
import type { GuardView, TaskView } from '../spec/lab.ts'
import type { GradeResult } from '../spec/protocol.ts'
import type { Check, Locale, Scenario, ScenarioText } from '../spec/scenario.ts'
import type { Clock } from '../system/clock.ts'
import { createAddressBook } from './addresses.ts'
import { judgeAnswer } from './judge-answer.ts'
import { type Baseline, type GradedCluster, observe, readBaseline, type Surroundings } from './observation.ts'
import { takeRound } from './round.ts'
import { type CheckOutcome, createScoreboard, type Flip, failedSentence } from './scoreboard.ts'
import type { Verdict } from './verdict.ts'
import { judgeWords } from './words.ts'

export type { Flip } from './scoreboard.ts'

export interface GradeView {
  tasks: readonly TaskView[]
  guards: readonly GuardView[]
  /** every check passed and every guard held in two rounds one after the other, and for the scenario's steadyMs; stays true until the next start() */
  solved: boolean
  /** epoch ms of the end of the last round */
  checkedAt?: number
}

export interface GraderOptions {
  scenario: Scenario
  text: ScenarioText
  /** of what is said about what was seen */
  locale: Locale
  cluster: GradedCluster
  clock: Clock
  /** called when a learner would see a difference; `flips` are changes of state, each reported once */
  onChange(view: GradeView, flips: Flip[]): void
  /** why a probe could not be taken, once per change of mind; for the log */
  onFault?(id: string, error: unknown): void
}

export interface Grader {
  /** Forgets the last round and begins rounds: every 250 ms when watched, never two at a time, at once when the last one took longer. */
  start(): void
  /** Ends the rounds and aborts the probes under way; the view stays. Resolves when nothing runs any more. */
  stop(): Promise<void>
  /** `watched`: a round every 250 ms. `alone`: every 2 s, for a lab nobody looks at. */
  setPace(pace: 'watched' | 'alone'): void
  /** Records what `unchanged` compares with. Call it while the lab is healthy. Throws LabError cluster-failed. */
  baseline(signal?: AbortSignal): Promise<void>
  /** One round of the symptom, the checks or the guards, apart from the live rounds. For the proof. */
  symptom(signal?: AbortSignal): Promise<GradeResult[]>
  checks(signal?: AbortSignal): Promise<GradeResult[]>
  guards(signal?: AbortSignal): Promise<GradeResult[]>
  /** Takes an answer to a question; graded at once. Throws LabError bad-request for a check that is not a question. */
  answer(checkId: string, text: string): void
  view(): GradeView
}

const paceMs = { watched: 250, alone: 2000 }

export function createGrader({ scenario, text, locale, cluster, clock, onChange, onFault = () => {} }: GraderOptions): Grader {
  const words = judgeWords[locale]
  const baselines = new Map<string, Baseline>()
  const answers = new Map<string, string>()
  const faulty = new Set<string>()
  let board = createScoreboard(scenario, text, clock.now())
  let solved = false
  let wellRounds = 0
  let wellSinceMs = 0
  let checkedAt: number | undefined
  let pace: keyof typeof paceMs = 'watched'
  let rounds: { stop: AbortController; ended: Promise<void> } | undefined
  let wake = new AbortController()

  const view = (): GradeView => ({
    tasks: [...board.tasks],
    guards: [...board.guards],
    solved,
    ...(checkedAt === undefined ? {} : { checkedAt }),
  })
  const publish = (update: { changed: boolean; flip?: Flip }) => {
    if (update.changed) onChange(view(), update.flip ? [update.flip] : [])
  }
  /** What comes out of a stopped round is no news. */
  const publishUnless = (signal: AbortSignal, update: () => { changed: boolean; flip?: Flip }) => {
    if (!signal.aborted) publish(update())
  }
  const surroundings = (signal: AbortSignal): Surroundings => ({ cluster, clock, addressOf: createAddressBook(cluster), words, signal })

  async function judge(entry: Check | Scenario['guards'][number], around: Surroundings): Promise<Verdict | { state: 'waiting' }> {
    if ('question' in entry) {
      const given = answers.get(entry.id)
      return given === undefined ? { state: 'waiting' } : judgeAnswer(entry.question.answer, given, words)
    }
    let faulted = false
    const verdict = await observe(entry, around, baselines.get(entry.id), (error) => {
      faulted = true
      if (!faulty.has(entry.id)) onFault(entry.id, error)
      faulty.add(entry.id)
    })
    if (!faulted) faulty.delete(entry.id)
    return verdict
  }

  async function liveRound(signal: AbortSignal) {
    const around = surroundings(signal)
    await Promise.all([
      takeRound(
        scenario.checks,
        (check) => judge(check, around),
        (id, outcome) => publishUnless(signal, () => board.setCheck(id, outcome, clock.now())),
      ),
      ...scenario.guards.map(async (guard) => {
        const verdict = (await judge(guard, around)) as Verdict
        publishUnless(signal, () => board.setGuard(guard.id, verdict, clock.now()))
      }),
    ])
    if (signal.aborted) return
    checkedAt = clock.now()
    wellRounds = board.allWell() ? wellRounds + 1 : 0
    if (wellRounds === 1) wellSinceMs = clock.monotonicMs()
    // Two rounds: within one, probes of before and after a change may stand side by side, and half-done fixes may pass by.
    if (wellRounds >= 2 && clock.monotonicMs() - wellSinceMs >= scenario.steadyMs && !solved) {
      solved = true
      onChange(view(), [])
    }
  }

  async function runRounds(signal: AbortSignal) {
    while (!signal.aborted) {
      const startedMs = clock.monotonicMs()
      await liveRound(signal)
      const restMs = paceMs[pace] - (clock.monotonicMs() - startedMs)
      if (restMs > 0) await clock.sleep(restMs, AbortSignal.any([signal, wake.signal])).catch(() => signal.throwIfAborted())
    }
  }

  async function once<E extends Check | Scenario['guards'][number]>(
    entries: readonly E[],
    kind: GradeResult['kind'],
    sentences: ScenarioText['guards'],
    signal: AbortSignal,
  ): Promise<GradeResult[]> {
    const around = surroundings(signal)
    const results = new Map<string, GradeResult>()
    const startedMs = clock.monotonicMs()
    const record = (id: string, outcome: CheckOutcome) => {
      const ms = Math.round(clock.monotonicMs() - startedMs)
      if (outcome.state === 'waiting') return results.set(id, { id, kind, state: 'waiting', ms })
      const { state, seen, wanted } = outcome
      const failed = sentences[id]?.failed
      return results.set(id, {
        id,
        kind,
        state,
        seen,
        ms,
        ...(wanted ? { wanted } : {}),
        ...(state === 'fail' && failed ? { sentence: failedSentence(failed, seen) } : {}),
      })
    }
    await takeRound(entries, (entry) => judge(entry, around), record)
    signal.throwIfAborted()
    return entries.map((entry) => results.get(entry.id) as GradeResult)
  }
  const never = new AbortController().signal

  return {
    start() {
      if (rounds) throw new LabError('lab-state', 'the grader is running already')
      board = createScoreboard(scenario, text, clock.now())
      solved = false
      wellRounds = 0
      checkedAt = undefined
      answers.clear()
      const stop = new AbortController()
      const ended = runRounds(stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) onFault('grader', error)
      })
      rounds = { stop, ended }
      onChange(view(), [])
    },
    async stop() {
      const running = rounds
      if (!running) return
      running.stop.abort(new LabError('lab-state', 'the grader was stopped'))
      await running.ended
      rounds = undefined
    },
    setPace(next) {
      if (next === pace) return
      pace = next
      wake.abort()
      wake = new AbortController()
    },
    async baseline(signal = never) {
      const around = surroundings(signal)
      baselines.clear()
      await Promise.all(
        [...scenario.checks, ...scenario.guards, ...scenario.symptom].map(async (entry) => {
          if ('question' in entry) return
          const value = await readBaseline(entry, around)
          if (value) baselines.set(entry.id, value)
        }),
      )
    },
    symptom: (signal = never) => once(scenario.symptom, 'symptom', {}, signal),
    checks: (signal = never) => once(scenario.checks, 'check', text.checks, signal),
    guards: (signal = never) => once(scenario.guards, 'guard', text.guards, signal),
    answer(checkId, given) {
      const check = scenario.checks.find((entry) => entry.id === checkId)
      if (!check || !('question' in check)) throw new LabError('bad-request', `there is no question "${checkId}" in this lab`)
      answers.set(checkId, given)
      publish(board.setCheck(checkId, judgeAnswer(check.question.answer, given, words), clock.now()))
    },
    view,
  }
}
