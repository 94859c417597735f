// The page's one socket to the gateway: requests, snapshots, numbered input, numbered output. Framework-free; lab-controller.ts is its user.
import type { Socket } from 'socket.io-client'
import type { ErrorBody } from '../../labs/spec/errors.ts'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import type { MapTraffic, NetworkMap } from '../../labs/spec/map.ts'
import type { Locale } from '../../labs/spec/names.ts'
import type { Ack, ClientEvent, ClientEventName, ServerEvents } from '../../labs/spec/socket.ts'
import type { MachineStatus } from '../../labs/spec/status.ts'
import type { Texts } from '../texts/texts.ts'
import { type InputEntry, InputQueue } from './input-queue.ts'
import type { Reply } from './socket-replies.ts'
import { TerminalStream } from './terminal-stream.ts'

export interface LinkState {
  online: boolean
  /** failed tries since the connection was lost */
  tries: number
}

/** A refusal by the server, or no answer from it. */
export class RequestFailed extends Error {
  readonly body: ErrorBody
  constructor(body: ErrorBody) {
    super(body.message)
    this.name = 'RequestFailed'
    this.body = body
  }
}

interface Watch {
  locale: Locale
  onSnapshot: (snapshot: LabSnapshot) => void
  onGone: (error: ErrorBody) => void
}
export interface MapWatcher {
  onMap: (map: NetworkMap) => void
  onTraffic: (traffic: MapTraffic) => void
  onRefused: (error: ErrorBody) => void
}
interface Terminal {
  labId: string
  terminalId: string
  stream: TerminalStream
  onExit: (code: number) => void
  onLost: (error: ErrorBody) => void
}

const requestTimeoutMs = 15_000
const shelfKey = 'podwire.input'

export class LabConnection {
  readonly #texts: Texts['lab']
  #socket: Socket | undefined
  #opening: Promise<Socket> | undefined
  #state: LinkState = { online: false, tries: 0 }
  readonly #listeners = new Set<() => void>()
  readonly #watches = new Map<string, Watch>()
  #statusWatch: { locale: Locale; onStatus: (status: MachineStatus) => void } | undefined
  #mapWatch: { labId: string; watcher: MapWatcher } | undefined
  readonly #terminals = new Map<string, Terminal>()
  readonly #input = new InputQueue({
    read: () => sessionStorage.getItem(shelfKey),
    write: (text) => (text === null ? sessionStorage.removeItem(shelfKey) : sessionStorage.setItem(shelfKey, text)),
  })

  constructor(texts: Texts['lab']) {
    this.#texts = texts
    addEventListener('pagehide', () => this.#input.shelve())
  }

  get state(): LinkState {
    return this.#state
  }

  /** Characters typed into one terminal that the lab has not acknowledged. */
  heldChars(labId: string, terminalId: string): number {
    return this.#input.pending(labId, terminalId).reduce((sum, entry) => sum + entry.data.length, 0)
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Starts connecting; safe to call often. */
  open(): Promise<Socket> {
    this.#opening ??= this.#connect()
    return this.#opening
  }

  /** One request, answered or rejected with RequestFailed. Waits for the connection, at most 15 s in all unless told otherwise. */
  async request<N extends ClientEventName>(name: N, payload: ClientEvent<N>, timeoutMs = requestTimeoutMs): Promise<Reply<N>> {
    const socket = await this.open()
    let ack: Ack<Reply<N>>
    try {
      ack = await socket.timeout(timeoutMs).emitWithAck(name, payload)
    } catch {
      throw new RequestFailed({
        code: 'connection-lost',
        message: this.#texts.noAnswer(timeoutMs / 1000),
        hint: this.#texts.stillServing,
      })
    }
    if (!ack.ok) throw new RequestFailed(ack.error)
    return ack.value
  }

  /** Follows a lab; again after every reconnect, until the returned function is called. */
  async watch(labId: string, watch: Watch): Promise<() => void> {
    this.#watches.set(labId, watch)
    watch.onSnapshot(await this.request('lab.watch', { labId, locale: watch.locale }))
    return () => {
      this.#watches.delete(labId)
      if (this.#state.online) void this.request('lab.unwatch', { labId }).catch(() => undefined)
    }
  }

  /** Follows the state of the machine; again after every reconnect, until the returned function is called. */
  watchStatus(locale: Locale, onStatus: (status: MachineStatus) => void): () => void {
    const watch = { locale, onStatus }
    this.#statusWatch = watch
    this.#askStatus()
    return () => {
      if (this.#statusWatch !== watch) return
      this.#statusWatch = undefined
      if (this.#state.online) void this.request('status.unwatch', {}).catch(() => undefined)
    }
  }

  /** Follows the map of a lab; again after every reconnect, until the returned function is called. One at a time. */
  watchMap(labId: string, watcher: MapWatcher): () => void {
    const watch = { labId, watcher }
    this.#mapWatch = watch
    if (this.#state.online) this.#askMap()
    return () => {
      if (this.#mapWatch !== watch) return
      this.#mapWatch = undefined
      if (this.#state.online) void this.request('map.unwatch', { labId }).catch(() => undefined)
    }
  }

  /** The output of a terminal, attached at once and after every reconnect. Call `detach` when its screen goes. */
  attach(
    labId: string,
    terminalId: string,
    on: Pick<Terminal, 'onExit' | 'onLost'> & { onFirstOutput: () => void },
  ): { stream: TerminalStream; detach: () => void } {
    const key = `${labId}/${terminalId}`
    const stream = new TerminalStream({
      attach: (fromSeq) => this.request('term.attach', { labId, terminalId, fromSeq }),
      onFirstOutput: on.onFirstOutput,
      acknowledge: (seq) => this.#socket?.connected && this.#socket.emit('term.ack', { labId, terminalId, seq }, ignoreAck),
    })
    const terminal: Terminal = { labId, terminalId, stream, onExit: on.onExit, onLost: on.onLost }
    this.#terminals.set(key, terminal)
    if (this.#state.online) this.#attachTerminal(terminal)
    return {
      stream,
      detach: () => {
        if (this.#terminals.get(key) !== terminal) return
        this.#terminals.delete(key)
        stream.disconnect()
        if (this.#state.online) void this.request('term.detach', { labId, terminalId }).catch(() => undefined)
      },
    }
  }

  /** Typed text: sent at once, kept until acknowledged. */
  type(labId: string, terminalId: string, data: string): void {
    for (const entry of this.#input.add(labId, terminalId, data)) this.#send(entry)
    if (!this.#state.online) this.#changed()
  }

  resize(labId: string, terminalId: string, cols: number, rows: number): void {
    if (this.#socket?.connected) this.#socket.emit('term.resize', { labId, terminalId, cols, rows }, ignoreAck)
  }

  discardInput(labId: string, terminalId: string): void {
    this.#input.discard(labId, terminalId)
    this.#changed()
  }

  async #connect(): Promise<Socket> {
    const { io } = await import('socket.io-client')
    // WebSocket only: long polling first would cost round trips before the first prompt.
    const socket: Socket = io({ transports: ['websocket'], reconnectionDelay: 250, reconnectionDelayMax: 2000, timeout: 5000 })
    this.#socket = socket
    socket.on('connect', () => this.#connected())
    socket.on('disconnect', (reason) => {
      this.#setState({ online: false, tries: 0 })
      // The server may close us while it shuts down; socket.io then waits to be asked.
      if (reason === 'io server disconnect') socket.connect()
    })
    socket.on('connect_error', () => {
      this.#setState({ online: false, tries: this.#state.tries + 1 })
      if (!socket.active) setTimeout(() => socket.connect(), 2000)
    })
    const on = <E extends keyof ServerEvents>(name: E, handler: ServerEvents[E]) =>
      socket.on(name as string, handler as (...args: unknown[]) => void)
    on('lab.snapshot', (snapshot) => this.#watches.get(snapshot.labId)?.onSnapshot(snapshot))
    on('status', (status) => this.#statusWatch?.onStatus(status))
    on('map', ({ labId, map }) => this.#mapWatch?.labId === labId && this.#mapWatch.watcher.onMap(map))
    on('map.traffic', ({ labId, traffic }) => this.#mapWatch?.labId === labId && this.#mapWatch.watcher.onTraffic(traffic))
    on('lab.gone', ({ labId, error }) => this.#gone(labId, error))
    on('term.output', ({ labId, terminalId, seq, data }) =>
      this.#terminals.get(`${labId}/${terminalId}`)?.stream.receive(seq, new Uint8Array(data)),
    )
    on('term.exit', ({ labId, terminalId, code }) => this.#terminals.get(`${labId}/${terminalId}`)?.onExit(code))
    return socket
  }

  /** First connection and every later one: say again what this page follows, then what it could not deliver. */
  #connected(): void {
    this.#setState({ online: true, tries: 0 })
    for (const [labId, watch] of this.#watches) {
      this.request('lab.watch', { labId, locale: watch.locale }).then(watch.onSnapshot, (error) => {
        if (error instanceof RequestFailed && error.body.code !== 'connection-lost') this.#gone(labId, error.body)
      })
    }
    this.#askStatus()
    this.#askMap()
    for (const terminal of this.#terminals.values()) this.#attachTerminal(terminal)
    for (const entry of this.#input.pending()) this.#send(entry)
  }

  /** Not answered: what is shown stays, and the next connection asks again. */
  #askStatus(): void {
    const watch = this.#statusWatch
    if (!watch) return
    this.request('status.watch', { locale: watch.locale }).then(
      (status) => this.#statusWatch === watch && watch.onStatus(status),
      () => undefined,
    )
  }

  #askMap(): void {
    const watch = this.#mapWatch
    if (!watch) return
    const isCurrent = () => this.#mapWatch === watch
    this.request('map.watch', { labId: watch.labId }).then(
      (map) => isCurrent() && watch.watcher.onMap(map),
      (error) => isCurrent() && error instanceof RequestFailed && watch.watcher.onRefused(error.body),
    )
  }

  #attachTerminal(terminal: Terminal): void {
    terminal.stream.attach().catch((error) => {
      if (error instanceof RequestFailed && error.body.code !== 'connection-lost') terminal.onLost(error.body)
    })
  }

  #send(entry: InputEntry): void {
    if (!this.#socket?.connected) return
    this.#socket.emit('term.input', entry, (_ack: Ack<unknown>) => {
      // Refused input (the shell has ended) is not kept either: it could only be typed into something else.
      this.#input.acknowledge(entry)
    })
  }

  #gone(labId: string, error: ErrorBody): void {
    const watch = this.#watches.get(labId)
    this.#watches.delete(labId)
    this.#input.discardLab(labId)
    watch?.onGone(error)
  }

  #setState(state: LinkState): void {
    this.#state = state
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

const ignoreAck = () => undefined

let shared: LabConnection | undefined
/** The connection of this page, which has one language for as long as it lives. Browser only. */
export function labConnection(texts: Texts): LabConnection {
  shared ??= new LabConnection(texts.lab)
  return shared
}
