// The lab of one page: finds or starts it, follows it, keeps its terminals. A plain store; lab-context.tsx gives it to components.
import type { ErrorBody } from '../../labs/spec/errors.ts'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import type { Locale } from '../../labs/spec/names.ts'
import type { PathQuestion, PathResult } from '../../labs/spec/path.ts'
import type { ClientEvent, ClientEventName, CommandSeen } from '../../labs/spec/socket.ts'
import type { RuntimeChoice } from '../../labs/spec/status.ts'
import { type LabConnection, type LinkState, RequestFailed } from './lab-connection.ts'
import { effectiveRuntime, type RuntimeWish, readWish, writeWish } from './runtime-wish.ts'
import { createTerminalTabs, type TerminalTab, type TerminalTabs } from './terminal-tabs.ts'

/** What the page asks of a running lab; `busy` names the one that is under way. */
export type LabAction = 'break' | 'reset' | 'stop' | 'stay' | 'hint' | 'answer'

export interface LabView {
  link: LinkState
  /** true until the page knows whether a lab of this scenario is running */
  looking: boolean
  /** from the click on Start until the lab is known */
  starting: boolean
  /** where this lab can run, once the server has told */
  runtimes?: RuntimeChoice
  /** where the reader wants labs to run */
  wish: RuntimeWish
  /** what was wished for when a lab that ran elsewhere already was continued instead */
  unmetWish?: RuntimeWish
  labId?: string
  snapshot?: LabSnapshot
  /** the lab process is gone; the last snapshot stays readable */
  gone?: ErrorBody
  /** the last request that failed */
  error?: ErrorBody
  busy?: LabAction
  terminals: readonly TerminalTab[]
  /** id of the tab in front */
  active?: string
  /** id of a second tab shown beside it */
  beside?: string
  /** text typed while offline */
  heldChars: number
  /** what the snapshot said about commands, newest per target and command */
  commandsRun: ReadonlyMap<string, { at: number; exitCode?: number }>
}

/** How a lab that is just dying, or hangs, refuses to be followed. */
const endings: readonly ErrorBody['code'][] = ['sandbox-failed', 'connection-lost']

/** A packet is waited for, then every place on its way is asked; probes of two pages wait for each other. */
const followTimeoutMs = 60_000

export const commandKey = (target: string, command: string): string => `${target}\n${command.trim().replace(/\s+/g, ' ')}`

/** Every field by name: what a former lab left in one must not show through. */
const empty: Required<{ [F in keyof LabView]: unknown }> & LabView = {
  labId: undefined,
  snapshot: undefined,
  gone: undefined,
  error: undefined,
  busy: undefined,
  active: undefined,
  beside: undefined,
  link: { online: false, tries: 0 },
  looking: true,
  starting: false,
  runtimes: undefined,
  wish: 'auto',
  unmetWish: undefined,
  terminals: [],
  heldChars: 0,
  commandsRun: new Map(),
}

export class LabController {
  readonly scenarioId: string
  readonly locale: Locale
  readonly #connection: LabConnection
  readonly #listeners = new Set<() => void>()
  readonly tabs: TerminalTabs
  #view: LabView = empty
  #unwatch: (() => void) | undefined
  #unsubscribe: (() => void) | undefined
  #waitingCommands: { target: string; text: string }[] = []

  constructor(connection: LabConnection, scenarioId: string, locale: Locale) {
    this.#connection = connection
    this.scenarioId = scenarioId
    this.locale = locale
    this.tabs = createTerminalTabs(connection, (change) => this.#set(change))
  }

  get view(): LabView {
    return this.#view
  }
  static readonly emptyView = empty

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Connects and takes up a lab of this scenario that is already running. */
  async find(): Promise<void> {
    this.#unsubscribe = this.#connection.subscribe(() => this.#linkChanged())
    this.#linkChanged()
    this.#set({ wish: readWish() })
    void this.#findRuntimes()
    await this.#look()
  }

  async #look(): Promise<void> {
    this.#set({ looking: true, error: undefined })
    try {
      const labs = await this.#connection.request('lab.list', {})
      if (this.#view.labId) return
      const running = labs
        .filter((lab) => lab.scenarioId === this.scenarioId && !['stopping', 'stopped', 'failed'].includes(lab.state))
        .sort((a, b) => b.createdAt - a.createdAt)[0]
      if (running) await this.#follow(running.labId, false)
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#set({ looking: false })
    }
  }

  /** Leaves the page; the lab goes on. */
  dispose(): void {
    this.#unsubscribe?.()
    this.#unwatch?.()
    this.tabs.dispose()
  }

  async start(begin: 'broken' | 'healthy'): Promise<void> {
    if (this.#view.starting) return
    this.#unwatch?.()
    this.tabs.dispose()
    const runtime = effectiveRuntime(this.#view.wish, this.#view.runtimes)
    this.#begin({ starting: true })
    try {
      const started = await this.#connection.request('lab.start', { scenarioId: this.scenarioId, begin, runtime, locale: this.locale })
      const { labId } = started
      if (started.resumed && runtime !== 'auto' && started.runtime !== runtime) this.#set({ unmetWish: runtime })
      await this.#follow(labId, true)
    } catch (error) {
      this.#waitingCommands = []
      this.#failed(error)
    } finally {
      this.#set({ starting: false })
    }
  }

  breakIt = (): Promise<boolean> => this.#act('break', 'lab.break', {})
  reset = (): Promise<boolean> => this.#act('reset', 'lab.reset', {})
  /** A lab that was never followed leaves nothing to read: the page goes back to its Start button. */
  stop = async (): Promise<boolean> => {
    const stopped = await this.#act('stop', 'lab.stop', {})
    if (stopped && !this.#view.snapshot) this.#begin({})
    return stopped
  }
  stay = (): Promise<boolean> => this.#act('stay', 'lab.stay', {})
  openHint = (n: number): Promise<boolean> => this.#act('hint', 'lab.hint', { n })
  answer = (checkId: string, text: string): Promise<boolean> => this.#act('answer', 'lab.answer', { checkId, text })
  /** Sends one packet and follows it. Throws RequestFailed: what is refused is said where it was asked, not above the lab. */
  followPacket = (question: PathQuestion, pay: boolean): Promise<PathResult> =>
    this.#connection.request('lab.path', { labId: this.#view.labId ?? '', ...question, pay, locale: this.locale }, followTimeoutMs)
  /** Runs one command for the page itself, not in a terminal. Throws RequestFailed, as followPacket does. */
  runCommand = (target: string, command: string): Promise<CommandSeen> =>
    this.#connection.request('lab.run', { labId: this.#view.labId ?? '', target, command }, followTimeoutMs)
  dismissError = (): void => this.#set({ error: undefined })
  dismissUnmetWish = (): void => this.#set({ unmetWish: undefined })
  wishRuntime = (wish: RuntimeWish): void => {
    writeWish(wish)
    this.#set({ wish })
  }

  /** Opens one more shell on a target and brings it to the front. */
  async openTerminal(target: string): Promise<void> {
    const { labId } = this.#view
    if (!labId) return
    try {
      await this.tabs.open(labId, target)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Types a command into the target's terminal, opening one if need be; `run` also presses Enter. Starts nothing by itself. */
  async typeCommand(target: string, command: string, options: { run: boolean }): Promise<void> {
    const { labId, snapshot } = this.#view
    const text = options.run ? `${command}\r` : command
    if (!labId || !snapshot || !isOpen(snapshot)) {
      this.#waitingCommands.push({ target, text })
      return
    }
    try {
      await this.tabs.type(labId, target, text)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** As before any lab: what is not about a lab stays. */
  #begin(change: Partial<LabView>): void {
    const { link, runtimes, wish } = this.#view
    this.#set({ ...empty, link, runtimes, wish, looking: false, ...change })
  }

  /** Without an answer nothing is forbidden: the start itself says what cannot be. */
  async #findRuntimes(): Promise<void> {
    try {
      this.#set({ runtimes: await this.#connection.request('lab.runtimes', { scenarioId: this.scenarioId, locale: this.locale }) })
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error
    }
  }

  async #follow(labId: string, fresh: boolean): Promise<void> {
    this.#set({ labId, gone: undefined, error: undefined })
    this.tabs.begin(fresh)
    try {
      this.#unwatch = await this.#connection.watch(labId, {
        locale: this.locale,
        onSnapshot: (snapshot) => this.#snapshotArrived(snapshot),
        onGone: (error) => this.#view.labId === labId && this.#set({ gone: error }),
      })
    } catch (error) {
      // It ended just now, does not answer, or is of another build. A lab this page never showed is not worth a word: there is a Start button,
      // and should it answer again, a start takes it up.
      if (!(error instanceof RequestFailed)) throw error
      if (error.body.code === 'lab-unknown' || (!fresh && endings.includes(error.body.code))) this.#begin({ starting: this.#view.starting })
      else this.#set({ gone: error.body })
    }
  }

  #snapshotArrived(snapshot: LabSnapshot): void {
    if (snapshot.labId !== this.#view.labId) return
    const commandsRun = snapshot.commands ? readCommands(snapshot.commands) : this.#view.commandsRun
    this.#set({ snapshot, commandsRun, gone: undefined })
    this.tabs.follow(snapshot, isOpen(snapshot))
    if (isOpen(snapshot) && this.#waitingCommands.length > 0) {
      const waiting = this.#waitingCommands
      this.#waitingCommands = []
      for (const { target, text } of waiting) this.tabs.type(snapshot.labId, target, text).catch((error) => this.#failed(error))
    }
  }

  async #act<N extends ClientEventName>(busy: LabAction, name: N, rest: Omit<ClientEvent<N>, 'labId'>): Promise<boolean> {
    const { labId } = this.#view
    if (!labId || this.#view.busy) return false
    this.#set({ busy, error: undefined })
    try {
      await this.#connection.request(name, { labId, ...rest } as unknown as ClientEvent<N>)
      return true
    } catch (error) {
      this.#failed(error)
      return false
    } finally {
      this.#set({ busy: undefined })
    }
  }

  #linkChanged(): void {
    const { labId, terminals } = this.#view
    const heldChars = labId
      ? terminals.reduce((sum, tab) => sum + (tab.terminalId ? this.#connection.heldChars(labId, tab.terminalId) : 0), 0)
      : 0
    const isBack = this.#connection.state.online && !this.#view.link.online
    this.#set({ link: this.#connection.state, heldChars })
    // while the server was away nobody could tell what runs
    if (isBack && !labId && !this.#view.looking && !this.#view.starting) void this.#look()
  }

  #failed(error: unknown): void {
    const body: ErrorBody =
      error instanceof RequestFailed ? error.body : { code: 'internal', message: error instanceof Error ? error.message : String(error) }
    this.#set({ error: body })
  }

  #set(change: Partial<LabView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#listeners) listener()
  }
}

/** Whether shells can be opened. */
export const isOpen = (snapshot: LabSnapshot): boolean => ['healthy', 'breaking', 'broken', 'solved'].includes(snapshot.state)

function readCommands(commands: NonNullable<LabSnapshot['commands']>): LabView['commandsRun'] {
  const run = new Map<string, { at: number; exitCode?: number }>()
  for (const { target, command, at, exitCode } of commands) run.set(commandKey(target, command), { at, exitCode })
  return run
}
