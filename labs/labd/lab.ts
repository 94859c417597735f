// The lab: one scenario running in one cluster for one learner, and the moves it can make. Used by main.ts and requests.ts.
import { createGrader, type Flip, type Grader, type GradeView } from '../grading/grader.ts'
import { createMapWatch, type MapWatch } from '../map/map-watch.ts'
import { checkQuestion, followPacket } from '../path/follow.ts'
import type { Cluster, Runtime } from '../runtimes/runtime.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import type { CommandView, LabEvent, LabSnapshot, LabState } from '../spec/lab.ts'
import type { PathQuestion, PathResult } from '../spec/path.ts'
import type { GradeResult, ProcessStatus, ProofSteps } from '../spec/protocol.ts'
import type { Locale } from '../spec/scenario.ts'
import { formatTarget, parseTarget } from '../spec/target.ts'
import type { Clock } from '../system/clock.ts'
import type { Log } from '../system/log.ts'
import { createAnnouncer } from './announcer.ts'
import { createAttention } from './attention.ts'
import { createBootSteps } from './boot-steps.ts'
import type { LabConfig } from './config.ts'
import type { EventLog } from './event-log.ts'
import { createExecs, type Execs } from './execs.ts'
import { createExercise, type Exercise, type LabScenario } from './exercise.ts'
import { restoreHealthy } from './healthy-reset.ts'
import { createIdleTimer } from './idle-timer.ts'
import { isOver, type Move, requireMove } from './lab-state.ts'
import { createLocalText, localiseGuards, localiseTasks } from './localise.ts'
import { watchMemory } from './memory-watch.ts'
import { createPlaceList } from './place-list.ts'
import { stepsOf } from './proof-steps.ts'
import { composeSnapshot } from './snapshot.ts'
import { viewTargets } from './targets.ts'
import { createTerminals, type Terminals } from './terminals.ts'
import { labdTexts } from './texts.ts'

const firstSize = { cols: 80, rows: 24 }
const keptCommands = 500
const lastWordsMs = 500
/** A failed lab says why for so long, then it ends. */
const failedLingerMs = 120_000

export interface LabOptions {
  config: LabConfig
  /** the lab's own folder */
  folder: string
  loaded: LabScenario
  runtime: Runtime
  clock: Clock
  log: Log
  events: EventLog
  /** the end of labd.log, for the page when the lab fails */
  readLogs(): string
}

export interface Lab {
  readonly terminals: Terminals
  readonly execs: Execs
  /** the lab's network as it is, for whoever looks at it */
  readonly map: Pick<MapWatch, 'watch'>
  /** Creates the cluster and brings the lab to its beginning; when that fails the lab is `failed`. Never rejects. */
  boot(): Promise<void>
  snapshot(locale: Locale): LabSnapshot
  status(locale: Locale): ProcessStatus
  /** Calls back after changes, several at once where they come together. */
  subscribe(onChange: () => void): () => void
  /** Someone acted: the idle timer starts again. */
  touch(): void
  /** Throws lab-state when there is no cluster to work in. */
  requireEntry(): void
  break(): Promise<void>
  reset(): Promise<void>
  withdraw(): Promise<void>
  openHint(n: number): void
  answer(checkId: string, text: string): void
  /** Sends one packet and follows it. Throws forbidden where an unsolved lab does not allow it, or not without `pay`. One at a time. */
  path(question: PathQuestion & { pay: boolean }, locale: Locale): Promise<PathResult>
  proofGrade(what: 'checks' | 'guards' | 'symptom'): Promise<GradeResult[]>
  proofSteps(steps: ProofSteps): Promise<void>
  proofResync(): Promise<void>
  /** Destroys the cluster; the same promise for every caller. */
  stop(): Promise<void>
  /** resolves when the lab is over and nothing of it runs */
  readonly ended: Promise<void>
}

interface Running {
  cluster: Cluster
  exercise: Exercise
  grader: Grader
}

export function createLab({ config, folder, loaded, runtime, clock, log, events, readLogs }: LabOptions): Lab {
  const { scenario } = loaded
  const texts = labdTexts(config.locale)
  /** of nodes and hosts, by their target's text: scenarios name places, runtimes give addresses */
  const knownAddresses = new Map<string, string>()
  const textIn = createLocalText(loaded, knownAddresses)
  const ending = new AbortController()
  const commands: CommandView[] = []
  let state: LabState = 'starting'
  let running: Running | undefined
  let readyMs: number | undefined
  let usedMB: number | undefined
  let brokenAt: number | undefined
  let solvedAt: number | undefined
  let hintsOpen = 0
  let pathPaid = false
  let following: Promise<unknown> = Promise.resolve()
  let resets = 0
  let failure: LabSnapshot['failure']
  /** the fault has been seen: without this a grader that is quicker than the fault would find the lab solved */
  let sawFault = false
  let grades: GradeView = { tasks: [], guards: [], solved: false }
  let booting: Promise<void> | undefined
  let stopMemoryWatch = () => {}
  let cancelLinger = () => {}
  let markEnded = () => {}
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve
  })

  const announcer = createAnnouncer((present) => {
    attention.watched(present)
    places.watch(present)
  })
  const changed = announcer.announce
  function setState(next: LabState): void {
    log.info({ from: state, to: next, sinceLaunchMs: clock.now() - config.createdAt }, 'state')
    state = next
    changed()
  }
  function record(event: Parameters<EventLog['append']>[0]): void {
    if (state !== 'stopped') events.append(event)
  }

  const stepIds = [...runtime.steps, 'workloads', ...(config.begin === 'broken' ? ['exercise'] : []), 'terminal']
  const steps = createBootSteps(stepIds, clock, changed)
  const places = createPlaceList(clock, () => running?.cluster.places(), {
    onChange: changed,
    onError: (error) => log.warn({ error: toErrorBody(error) }, 'places'),
  })
  const map = createMapWatch({
    clock,
    cluster: () => running?.cluster,
    view: viewTargets,
    onError: (error) => log.warn({ error: toErrorBody(error) }, 'map'),
  })
  const idle = createIdleTimer(clock, config.idleMinutes, {
    onChange: changed,
    onExpire: () => void end('idle', { code: 'timeout', message: texts.endedIdle(config.idleMinutes) }),
  })

  function live(): Running {
    if (!running) throw new LabError('lab-state', 'The lab has no cluster yet.')
    return running
  }
  const spawn: Cluster['spawn'] = (target, argv, options) => live().cluster.spawn(target, argv, options)
  function onCommand(target: string, command: string, exitCode: number): void {
    commands.push({ at: clock.now(), target, command, exitCode })
    if (commands.length > keptCommands) commands.shift()
    record({ type: 'command', target, command, exitCode })
    changed()
  }
  const terminals = createTerminals({ spawn, onCommand, onChange: changed, log, texts })
  const execs = createExecs({ spawn, onCommand })

  const setPace = () => running?.grader.setPace(attention.present ? 'watched' : 'alone')
  const attention = createAttention(clock, setPace)
  function touch(): void {
    idle.touch()
    attention.acted()
  }

  function onGrades(view: GradeView, flips: Flip[]): void {
    grades = view
    if (state !== 'broken') return
    for (const { id, kind, state: flipped, seen } of flips) record({ type: 'flip', id, kind, state: flipped, seen })
    sawFault ||= view.tasks.some((task) => task.state === 'fail' || (task.kind === 'question' && task.state === 'waiting'))
    if (view.solved && sawFault) solve()
    else if (view.solved) void regrade()
    changed()
  }
  const hintsUsed = () => hintsOpen + (pathPaid ? 1 : 0)
  function pathState(): LabSnapshot['path']['state'] {
    if (state !== 'broken' || scenario.path === 'free') return 'open'
    if (scenario.path === 'solved') return 'closed'
    return pathPaid ? 'open' : 'costs'
  }
  /** Where it counts as a hint it must have been paid for. */
  function payForPath(pay: boolean): void {
    const now = pathState()
    if (now === 'closed') throw new LabError('forbidden', 'In this lab packets can be followed once it is solved.')
    if (now === 'open') return
    if (!pay) throw new LabError('forbidden', 'Following packets counts as a hint in this lab.', { hint: 'Ask again with --pay.' })
    pathPaid = true
    record({ type: 'path' })
    changed()
  }
  function solve(): void {
    solvedAt = clock.now()
    setState('solved')
    record({ type: 'solved', at: solvedAt, ms: solvedAt - (brokenAt ?? solvedAt), hints: hintsUsed(), resets })
    void live().grader.stop()
  }
  /** The grader was quicker than the fault: it looks again. */
  async function regrade(): Promise<void> {
    const { grader } = live()
    await grader.stop()
    if (state === 'broken') grader.start()
  }

  async function prepare(
    signal: AbortSignal,
    step: <T>(work: () => Promise<T>) => Promise<T>,
    begin: 'broken' | 'healthy',
  ): Promise<LabState> {
    const { grader, exercise } = live()
    await grader.baseline(signal)
    if (begin === 'healthy') return 'healthy'
    await step(() => exercise.inject(signal))
    return 'broken'
  }
  /** Sets the state a move has led to; a broken lab is graded from then on. */
  function arrive(next: LabState): void {
    if (next === 'broken') {
      if (brokenAt === undefined || solvedAt !== undefined || state === 'breaking') {
        brokenAt = clock.now()
        record({ type: 'broken', at: brokenAt })
      }
      solvedAt = undefined
      sawFault = false
    }
    setState(next)
    if (next === 'broken') live().grader.start()
  }

  /** One move at a time: the state in between refuses every other. A move that fails leaves a failed lab. */
  async function move(kind: Move, between: LabState, work: (signal: AbortSignal) => Promise<LabState>): Promise<void> {
    requireMove(state, kind)
    touch()
    setState(between)
    try {
      const next = await work(ending.signal)
      ending.signal.throwIfAborted()
      arrive(next)
    } catch (error) {
      if (!isOver(state)) await fail(error)
      throw error
    }
  }

  async function openTerminals(targets: string[]): Promise<void> {
    await Promise.all(targets.map((target) => terminals.open(parseTarget(target), firstSize)))
  }
  const inPod = (target: string) => target.startsWith('pod/') || target.startsWith('deploy/')

  /** The cluster, and the addresses that texts name. One that dies in between tells of its death, as later. */
  async function createCluster(signal: AbortSignal): Promise<Cluster> {
    const { hosts, cni, privileged } = scenario
    const { labId, memoryMB } = config
    const ebpf = scenario.ebpf.map((program) => ({ ...program, code: loaded.files.get(program.source) as string }))
    const cluster = await runtime.create({ labId, hosts, cni, privileged, ebpf, folder, memoryMB }, { signal, onStep: steps.report })
    try {
      for (const { target, address } of await cluster.places()) if (address) knownAddresses.set(formatTarget(target), address)
      return cluster
    } catch (error) {
      const death = await Promise.race([deathOf(cluster), clock.sleep(lastWordsMs)])
      await cluster.destroy()
      throw death ?? error
    }
  }

  async function bootCluster(): Promise<void> {
    const { signal } = ending
    const { labId, scenarioId, learner } = config
    record({ type: 'created', at: config.createdAt, labId, scenarioId, runtime: runtime.name, learner })
    const cluster = await createCluster(signal)
    const onFault = (id: string, error: unknown) => log.warn({ probe: id, error: toErrorBody(error) }, 'probe could not be taken')
    running = {
      cluster,
      exercise: createExercise(cluster, loaded),
      grader: createGrader({ scenario, text: textIn(config.locale), locale: config.locale, cluster, clock, onChange: onGrades, onFault }),
    }
    setPace()
    void deathOf(cluster).then(fail)
    stopMemoryWatch = watchMemory(clock, config.memoryMB, () => cluster.memoryBytes(), {
      onMeasured: (now) => {
        usedMB = now
      },
      onTooMuch: (now) => void end('memory', { code: 'lab-limit', message: texts.endedMemory(now, config.memoryMB) }),
      onError: (error) => log.warn({ error: toErrorBody(error) }, 'memory not measured'),
    })
    // nodes and hosts are there already: their shells read their start-up files while the workloads come up
    const early = openTerminals(scenario.terminals.filter((target) => !inPod(target)))
    const setUp = steps.run('workloads', () => live().exercise.setUp(signal))
    await Promise.all([setUp, early])
    const terminal = steps.run('terminal', () => openTerminals(scenario.terminals.filter(inPod)))
    const [next] = await Promise.all([prepare(signal, (work) => steps.run('exercise', work), config.begin), terminal, places.refresh()])
    signal.throwIfAborted()
    readyMs = clock.now() - config.createdAt
    record({ type: 'started', ms: readyMs })
    arrive(next)
  }

  /** Settles when the cluster dies by itself. */
  async function deathOf(cluster: Cluster): Promise<LabError> {
    const reason = await cluster.died
    if (cluster.ranOutOfMemory?.()) return new LabError('lab-limit', texts.endedOverLimit(config.memoryMB))
    return new LabError('sandbox-failed', `The cluster died: ${reason}`)
  }
  /** The lab cannot go on: it tells why until someone stops it. */
  async function fail(reason: unknown): Promise<void> {
    // a dying cluster breaks what is under way a moment before its own end, which tells more, is known
    const error = (await Promise.race([running && deathOf(running.cluster), clock.sleep(lastWordsMs)])) ?? reason
    if (isOver(state)) return
    if (error instanceof LabError && error.code === 'lab-limit') return void end('memory', toErrorBody(error)) // it waits for who called us
    log.error({ error: error instanceof Error ? error.stack : String(error) }, 'lab failed')
    failure = { ...toErrorBody(error), logs: readLogs() }
    steps.failRunning()
    setState('failed')
    record({ type: 'ended', reason: 'failed', detail: failure.message })
    await release(failure.message)
    cancelLinger = clock.after(failedLingerMs, () => void end('failed'))
  }

  /** Ends everything that runs. */
  async function release(reason: string): Promise<void> {
    ending.abort(new LabError('lab-state', reason))
    stopMemoryWatch()
    attention.stop()
    places.stop()
    map.stop()
    terminals.closeAll()
    const was = running
    running = undefined
    try {
      await was?.grader.stop()
      await was?.cluster.destroy()
    } catch (error) {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, 'cluster not destroyed in order')
    }
  }

  type EndReason = Extract<LabEvent, { type: 'ended' }>['reason']
  let endingNow: Promise<void> | undefined
  function end(reason: EndReason, why?: LabSnapshot['failure']): Promise<void> {
    endingNow ??= (async () => {
      const failedBefore = state === 'failed'
      failure ??= why
      setState('stopping')
      // told before it is done: whoever looks for a lab meanwhile must not take up this one
      if (!failedBefore) record({ type: 'stopping' })
      idle.stop()
      cancelLinger()
      ending.abort(new LabError('lab-state', 'The lab is stopping.'))
      await booting
      await release('The lab is stopping.')
      if (!failedBefore) record({ type: 'ended', reason, detail: why?.message })
      setState('stopped')
      events.close()
      markEnded()
    })()
    return endingNow
  }

  function requireProof(): Running {
    if (!config.forProof) throw new LabError('forbidden', 'Only a lab started for a proof answers this.')
    requireMove(state, 'grade')
    return live()
  }

  return {
    terminals,
    execs,
    map,
    ended,
    boot() {
      booting ??= bootCluster().catch(fail)
      return booting
    },
    snapshot(locale) {
      const text = textIn(locale)
      const own = locale === config.locale
      return composeSnapshot({
        config,
        scenario,
        text,
        locale,
        state,
        readyMs,
        brokenAt,
        solvedAt,
        expiresAt: idle.expiresAt,
        warnAt: idle.warnAt,
        steps: steps.views(labdTexts(locale).steps),
        tasks: own ? [...grades.tasks] : localiseTasks(grades.tasks, text),
        guards: own ? [...grades.guards] : localiseGuards(grades.guards, text),
        checkedAt: grades.checkedAt,
        hintsOpen,
        hintsUsed: hintsUsed(),
        path: pathState(),
        targets: places.views(),
        terminals: terminals.views(),
        resets,
        commands,
        failure,
        next: loaded.next?.(locale),
      })
    },
    status: (locale) => ({ state, memoryMB: usedMB, step: state === 'starting' ? steps.running(labdTexts(locale).steps) : undefined }),
    subscribe: announcer.subscribe,
    touch,
    requireEntry: () => requireMove(state, 'enter'),
    break: () =>
      move('break', 'breaking', async (signal) => {
        // a lesson's reader may have changed things on purpose: guards compare with what was there just before the fault
        await live().grader.baseline(signal)
        await live().exercise.inject(signal)
        return 'broken'
      }),
    withdraw: () =>
      move('withdraw', 'resetting', async (signal) => {
        const { grader, exercise } = live()
        await grader.stop()
        await exercise.withdraw(signal)
        return 'healthy'
      }),
    reset() {
      // a lesson's lab that was never broken begins again healthy
      const begin = brokenAt === undefined ? 'healthy' : 'broken'
      return move('reset', 'resetting', async (signal) => {
        const { grader, cluster, exercise } = live()
        await grader.stop()
        terminals.suspend()
        await restoreHealthy({ cluster, exercise, grader, clock, log }, signal)
        resets++
        record({ type: 'reset' })
        const [next] = await Promise.all([prepare(signal, (work) => work(), begin), terminals.resume(), places.refresh()])
        return next
      })
    },
    openHint(n) {
      requireMove(state, 'hint')
      touch()
      if (n <= hintsOpen) return
      if (n > scenario.hints)
        throw new LabError('bad-request', scenario.hints ? `This lab has ${scenario.hints} hints.` : 'This lab has no hints.')
      if (n !== hintsOpen + 1) throw new LabError('bad-request', `Hints open one by one: the next is hint ${hintsOpen + 1}.`)
      hintsOpen = n
      record({ type: 'hint', n })
      changed()
    },
    answer(checkId, text) {
      requireMove(state, 'answer')
      touch()
      live().grader.answer(checkId, text)
    },
    async path({ from, to, pay }, locale) {
      requireMove(state, 'path')
      touch()
      // what is misspelt costs nothing
      if (pathState() === 'costs') await checkQuestion(live().cluster, { from, to })
      payForPath(pay)
      // two at once would see each other's packets and rules
      const mine = following.then(() => followPacket(live().cluster, { from, to }, { locale, signal: ending.signal }))
      following = mine.catch(() => {})
      return mine
    },
    proofGrade: async (what) => requireProof().grader[what](ending.signal),
    async proofSteps(which) {
      const { exercise, grader } = requireProof()
      touch()
      const chosen = stepsOf(scenario, which)
      await exercise.run(chosen, { signal: ending.signal, answer: grader.answer })
    },
    proofResync: async () => requireProof().cluster.resync(),
    stop: () => end('stopped'),
  }
}
