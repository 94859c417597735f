// socket.io between browsers and labs: checks every message, keeps learners to their own labs, turns errors into answers. Attached by the web server.
import type { IncomingMessage } from 'node:http'
import type { Server, ServerOptions } from 'socket.io'
import { z } from 'zod'
import type { Sessions } from '../sessions/sessions.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import type { Locale } from '../spec/scenario.ts'
import { type Ack, type ClientEventName, clientEvents, type LabSummary, type ServerEvents } from '../spec/socket.ts'
import { isOwnRequest, learnerFromCookie } from './identity.ts'
import { createLabLink, type LabLink } from './lab-link.ts'
import { createTokenBucket } from './rate-limit.ts'
import { runCommand } from './run-command.ts'
import { createStatusFeed, type StatusFeed } from './status-feed.ts'
import { sayError, sayRuntimes } from './translate.ts'

/** A pasted page of text fits; a flood does not. */
const maxMessageBytes = 256 << 10

type Learner = { learner: string }
export type GatewayServer = Server<Record<string, (payload: unknown, ack?: unknown) => void>, ServerEvents, Record<string, never>, Learner>
type GatewaySocket = Parameters<Parameters<GatewayServer['use']>[0]>[0]

export interface GatewayOptions {
  sessions: Sessions
  /** names this server is reached by, besides addresses and localhost; lower case */
  ownNames?: readonly string[]
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void }
}

/** Options for `new Server(httpServer, …)`: who may connect, and how much one message may hold. */
export function gatewayServerOptions(options: Pick<GatewayOptions, 'ownNames'> = {}): Partial<ServerOptions> {
  return {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: maxMessageBytes,
    // Next's upgrade handler lives on the same server
    destroyUpgrade: false,
    allowRequest(request, callback) {
      const caller = callerOf(request)
      if (!isOwnRequest(caller, options.ownNames)) callback('This request comes from another site.', false)
      else if (!learnerFromCookie(caller)) callback('Open a page of this server first: it sets a cookie.', false)
      else callback(null, true)
    },
  }
}

function callerOf(request: IncomingMessage) {
  const { cookie, host, origin } = request.headers
  return { cookie, host, origin, remoteAddress: request.socket.remoteAddress }
}

/** Serves every browser that connects. Returns a function that lets go of all labs. */
export function attachGateway(io: GatewayServer, options: GatewayOptions): () => void {
  const ends = new Set<() => void>()
  const feed = createStatusFeed(options.sessions, (error) => options.log.warn({ error: toErrorBody(error) }, 'status not read'))
  io.use((socket, next) => {
    const learner = learnerFromCookie(callerOf(socket.request))
    if (!learner) return next(new Error('Open a page of this server first: it sets a cookie.'))
    socket.data.learner = learner
    next()
  })
  io.on('connection', (socket) => {
    const end = serve(socket, options, feed)
    ends.add(end)
    socket.on('disconnect', () => {
      ends.delete(end)
      end()
    })
  })
  return () => {
    for (const end of ends) end()
    ends.clear()
    feed.close()
  }
}

type Handlers = { [N in ClientEventName]: (payload: z.output<(typeof clientEvents)[N]>) => unknown }

function serve(socket: GatewaySocket, { sessions, log }: GatewayOptions, feed: StatusFeed): () => void {
  const { learner } = socket.data
  const links = new Map<string, LabLink>()
  /** the page's language, as it last said */
  let locale: Locale = 'en'
  const emit = (event: keyof ServerEvents, ...payload: unknown[]) => socket.emit(event, ...(payload as never))
  const link = (labId: string): LabLink => {
    let found = links.get(labId)
    if (!found) {
      found = createLabLink(sessions, labId, learner, emit)
      links.set(labId, found)
    }
    return found
  }
  const work = (labId: string) => link(labId).work()
  let gone = false
  let unwatchStatus = () => {}
  const statusHandlers: Pick<Handlers, 'status.watch' | 'status.unwatch'> = {
    async 'status.watch'({ locale }) {
      unwatchStatus()
      const { status, unwatch } = await feed.watch({ learner, locale }, (next) => emit('status', next))
      unwatchStatus()
      unwatchStatus = unwatch
      if (gone) unwatch()
      return status
    },
    'status.unwatch': () => unwatchStatus(),
  }
  const handlers: Handlers = { ...createHandlers(sessions, learner, link, work), ...statusHandlers }
  const limits = createLimits()

  /** A lab that is not there, or not this learner's, leaves nothing behind here. */
  function forgetUnknown(payload: unknown, error: unknown): void {
    const labId = (payload as { labId?: string } | undefined)?.labId
    if (!labId || !(error instanceof LabError) || (error.code !== 'lab-unknown' && error.code !== 'forbidden')) return
    links.get(labId)?.close()
    links.delete(labId)
  }

  async function answer(name: ClientEventName, payload: unknown): Promise<Ack<unknown>> {
    try {
      const parsed = clientEvents[name].safeParse(payload)
      if (!parsed.success) throw new LabError('bad-request', `${name}: ${z.prettifyError(parsed.error)}`)
      if ('locale' in parsed.data) locale = parsed.data.locale
      if (!limits(name)) throw new LabError('lab-busy', 'Too many requests at once.', { hint: 'Wait a moment.' })
      const handler = handlers[name] as (payload: unknown) => unknown
      return { ok: true, value: (await handler(parsed.data)) ?? null }
    } catch (error) {
      forgetUnknown(payload, error)
      if (!(error instanceof LabError))
        log.error({ event: name, error: error instanceof Error ? error.stack : String(error) }, 'gateway request failed')
      return { ok: false, error: sayError(toErrorBody(error), locale) }
    }
  }
  for (const name of Object.keys(clientEvents) as ClientEventName[]) {
    socket.on(name, (payload, ack) => {
      const reply = typeof payload === 'function' ? payload : ack
      void answer(name, typeof payload === 'function' ? {} : payload).then((body) => {
        if (typeof reply === 'function') reply(body)
      })
    })
  }
  socket.onAny((name: string, ...args: unknown[]) => {
    if (Object.hasOwn(clientEvents, name)) return
    const ack = args.at(-1)
    if (typeof ack === 'function') ack({ ok: false, error: { code: 'bad-request', message: `There is no event "${name.slice(0, 60)}".` } })
  })
  return () => {
    gone = true
    unwatchStatus()
    for (const each of links.values()) each.close()
    links.clear()
  }
}

function createHandlers(
  sessions: Sessions,
  learner: string,
  link: (labId: string) => LabLink,
  work: (labId: string) => ReturnType<LabLink['work']>,
): Omit<Handlers, 'status.watch' | 'status.unwatch'> {
  return {
    'lab.start': (request) => sessions.start({ ...request, learner }),
    'lab.runtimes': async ({ scenarioId, locale }) => sayRuntimes(await sessions.runtimes(scenarioId, locale), locale),
    'lab.list': () =>
      sessions.list(learner).map(({ labId, scenarioId, state, createdAt }): LabSummary => ({ labId, scenarioId, state, createdAt })),
    'lab.watch': ({ labId, locale }) => link(labId).watch(locale),
    'lab.unwatch': ({ labId }) => link(labId).unwatch(),
    'lab.break': async ({ labId }) => (await work(labId)).request({ op: 'break' }),
    'lab.reset': async ({ labId }) => (await work(labId)).request({ op: 'reset' }),
    'lab.stop': ({ labId }) => sessions.stop(labId, learner),
    'lab.stay': async ({ labId }) => (await work(labId)).request({ op: 'stay' }),
    'lab.hint': async ({ labId, n }) => (await work(labId)).request({ op: 'hint', n }),
    'lab.path': async ({ labId, ...question }) => (await work(labId)).request({ op: 'path', ...question }),
    'lab.run': async ({ labId, target, command }) => runCommand(await work(labId), target, command),
    'map.watch': async ({ labId }) => (await work(labId)).request({ op: 'map.watch' }),
    'map.unwatch': async ({ labId }) => (await work(labId)).request({ op: 'map.unwatch' }),
    'lab.answer': async ({ labId, checkId, text }) => (await work(labId)).request({ op: 'answer', checkId, text }),
    'term.open': async ({ labId, target, cols, rows }) => (await work(labId)).request({ op: 'terminal.open', target, cols, rows }),
    'term.attach': async ({ labId, terminalId, fromSeq }) => {
      // a page that attaches again starts again: what was held belongs to its former screen
      link(labId).forget(terminalId)
      return (await work(labId)).request({ op: 'terminal.attach', terminalId, fromSeq })
    },
    'term.detach': async ({ labId, terminalId }) => {
      link(labId).forget(terminalId)
      return (await work(labId)).request({ op: 'terminal.detach', terminalId })
    },
    'term.input': async ({ labId, terminalId, clientId, inputSeq, data }) =>
      (await work(labId)).request({ op: 'terminal.input', terminalId, clientId, inputSeq }, Buffer.from(data)),
    'term.ack': async ({ labId, terminalId, seq }) => (await work(labId)).request({ op: 'terminal.ack', terminalId, seq }),
    'term.resize': async ({ labId, terminalId, cols, rows }) =>
      (await work(labId)).request({ op: 'terminal.resize', terminalId, cols, rows }),
    'term.close': async ({ labId, terminalId }) => {
      link(labId).forget(terminalId)
      return (await work(labId)).request({ op: 'terminal.close', terminalId })
    },
  }
}

/** Typing and acknowledgements flow freely; starting labs does not. */
function createLimits(): (name: ClientEventName) => boolean {
  const stream = createTokenBucket({ burst: 4000, perSecond: 1000 })
  const starts = createTokenBucket({ burst: 5, perSecond: 0.2 })
  const others = createTokenBucket({ burst: 100, perSecond: 20 })
  return (name) => {
    if (name === 'term.input' || name === 'term.ack' || name === 'term.resize') return stream.take()
    return name === 'lab.start' ? starts.take() : others.take()
  }
}
