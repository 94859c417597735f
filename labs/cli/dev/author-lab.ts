// The lab of an author at work: follows the scenario's files, grades all the time, and does what the author asks. Used by author-server.ts.
import { watch } from 'node:fs'
import { basename } from 'node:path'
import { type Finding, lintScenario } from '../../catalogue/authoring/lint.ts'
import { type LoadedScenario, loadScenario } from '../../catalogue/scenario-catalogue.ts'
import { type CommandResult, runInLab } from '../../proof/lab-command.ts'
import { type ProofLab, startProofLab } from '../../proof/proof-lab.ts'
import { LabError, toErrorBody } from '../../spec/errors.ts'
import type { LabSnapshot } from '../../spec/lab.ts'
import type { GradeResult } from '../../spec/protocol.ts'
import type { RuntimeName } from '../../spec/scenario.ts'
import { systemClock } from '../../system/clock.ts'
import type { Installation } from '../../system/installation.ts'

export interface AuthorView {
  scenarioId: string
  runtime: RuntimeName
  /** what is being done now, in words; nothing when the lab stands */
  busy?: string
  /** why there is no lab, or what an action failed with */
  error?: string
  problems: Finding[]
  results: GradeResult[]
  student?: Pick<LabSnapshot, 'state' | 'title' | 'ticket' | 'tasks' | 'guards'>
  /** texts that a student opens one by one */
  hints: string[]
  /** what the buttons do: the words of act() */
  actions: string[]
  places: string[]
}

export interface AuthorLab {
  view(): AuthorView
  /** Calls back after each change. */
  onChange(listener: () => void): () => void
  /** One of the view's actions; a fix begins from a reset. What it fails with is in the view. Throws bad-request for another word. */
  act(action: string): Promise<void>
  run(place: string, command: string): Promise<CommandResult>
  close(): Promise<void>
}

export interface AuthorLabOptions {
  folder: string
  runtime: RuntimeName
  installation: Installation
  memoryMB: number
}

const roundMs = 500
const stayMs = 60_000
/** an editor writes a file in several steps, and a branch is many files */
const quietMs = 200
const moveMs = 300_000
const commandMs = 30_000

export function openAuthorLab({ folder, runtime, installation, memoryMB }: AuthorLabOptions): AuthorLab {
  const clock = systemClock
  const closing = new AbortController()
  const { signal } = closing
  const listeners = new Set<() => void>()
  let lab: ProofLab | undefined
  let loaded: LoadedScenario | undefined
  let view: AuthorView = { scenarioId: basename(folder), runtime, problems: [], results: [], hints: [], actions: [], places: [] }
  let queue: Promise<void> = Promise.resolve()

  function show(change: Partial<AuthorView>): void {
    view = { ...view, ...change }
    for (const listener of listeners) listener()
  }
  /** One thing at a time; what it fails with is shown. */
  function enqueue(busy: string, work: () => Promise<void>): Promise<void> {
    queue = queue.then(async () => {
      if (signal.aborted) return
      show({ busy, error: undefined })
      try {
        await work()
        show({ busy: undefined })
      } catch (error) {
        if (!signal.aborted) show({ busy: undefined, error: toErrorBody(error).message })
      }
    })
    return queue
  }
  function running(): ProofLab {
    if (!lab) throw new LabError('lab-state', 'There is no lab now.', { hint: 'Mend what is shown first.' })
    return lab
  }
  async function move(op: 'break' | 'reset' | 'withdraw'): Promise<void> {
    await running().client.request({ op })
    await running().reached(op === 'withdraw' ? 'healthy' : 'broken', moveMs)
  }

  /** The lab of before goes on while the files are not whole. */
  async function reload(): Promise<void> {
    const problems = await lintScenario(folder)
    show({ problems })
    if (problems.some(({ level }) => level === 'error')) return
    loaded = await loadScenario(folder, 'en')
    const { scenario, text } = loaded
    const fixes = [
      ...scenario.otherSolutions.map(({ id }) => `other solution ${id}`),
      ...scenario.wrongFixes.map(({ id }) => `wrong fix ${id}`),
    ]
    show({ hints: text.hints, actions: ['break', 'reset', 'withdraw', 'resync', 'solution', ...fixes], results: [] })
    await lab?.stop()
    lab = undefined
    lab = await startProofLab({ installation, scenarioFolder: folder, runtime, memoryMB, clock, signal })
    await lab.reached('healthy', moveMs)
    await move('break')
  }

  async function perform(action: string): Promise<void> {
    if (action === 'break' || action === 'reset' || action === 'withdraw') return move(action)
    const { client } = running()
    if (action === 'resync') return void (await client.request({ op: 'proof.resync' }))
    const [, kind, id] = /^(solution|other solution|wrong fix) ?(.*)$/.exec(action) ?? []
    await move('reset')
    await client.request({
      op: 'proof.steps',
      steps: kind === 'wrong fix' ? { kind: 'wrongFix', id: id as string } : { kind: 'solution', ...(id ? { id } : {}) },
    })
  }

  async function round({ client }: ProofLab): Promise<void> {
    const grade = async (what: 'checks' | 'guards' | 'symptom') => (await client.request({ op: 'proof.grade', what })).results
    const [symptom, checks, guards, snapshot] = await Promise.all([
      grade('symptom'),
      grade('checks'),
      grade('guards'),
      client.request({ op: 'snapshot' }),
    ])
    const { state, title, ticket, tasks, guards: guardViews, targets } = snapshot
    const student = { state, title, ticket, tasks, guards: guardViews }
    show({ results: [...symptom, ...checks, ...guards], student, places: targets.map(({ target }) => target) })
  }
  async function keepGrading(): Promise<void> {
    let stayedMs = clock.monotonicMs()
    while (!signal.aborted) {
      const now = lab
      // between states, and in a lab that is ending, there is nothing to grade
      if (now && !view.busy) await round(now).catch(() => undefined)
      if (now && clock.monotonicMs() - stayedMs > stayMs) {
        stayedMs = clock.monotonicMs()
        await now.client.request({ op: 'stay' }).catch(() => undefined)
      }
      await clock.sleep(roundMs, signal).catch(() => undefined)
    }
  }

  let cancel = () => {}
  const watcher = watch(folder, { recursive: true }, () => {
    cancel()
    cancel = clock.after(quietMs, () => void enqueue('reading the files and starting the lab', reload))
  })
  void enqueue('starting the lab', reload)
  const grading = keepGrading()

  return {
    view: () => view,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async act(action) {
      if (!view.actions.includes(action)) throw new LabError('bad-request', `There is no action "${action}".`)
      await enqueue(action, () => perform(action))
    },
    run: (place, command) => runInLab(running().client, place, ['bash', '-lc', command], commandMs),
    async close() {
      closing.abort(new LabError('lab-state', 'The author has left.'))
      cancel()
      watcher.close()
      await Promise.all([queue, grading])
      await lab?.stop()
    },
  }
}
