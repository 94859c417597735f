// One CoreDNS process: it reads its Corefile, serves, reloads it when it changes, ends as it is told. Its sockets are a dns-relay's, inside the pod.
import { availableParallelism } from 'node:os'
import type { Clock } from '../../system/clock.ts'
import { checksum } from './corefile/checksum.ts'
import { CorefileError } from './corefile/dispenser.ts'
import { parseCorefile } from './corefile/parser.ts'
import { formatDuration } from './corefile/values.ts'
import { httpReply, requestPath } from './http.ts'
import type { DnsEnvironment } from './plugin.ts'
import type { Relay, RelayedQuery } from './relay.ts'
import { createDnsServer, type DnsServer } from './server.ts'
import type { DnsView } from './view.ts'

export interface CoreDnsOptions {
  /** as in the container's spec: -conf /etc/coredns/Corefile */
  arguments: readonly string[]
  variables: Readonly<Record<string, string>>
  relay: Relay
  view(): DnsView
  serial: number
  clock: Clock
  /** a file of the pod; undefined when there is none */
  readFile(path: string): Promise<string | undefined>
  /** a line of the container's log */
  log(line: string): void
}
export interface CoreDns {
  answer(query: RelayedQuery): Promise<Uint8Array | undefined>
  /** SIGTERM arrived. */
  terminate(): void
  /** Its process is gone, however that came. */
  ended(): void
}

const banner = ['CoreDNS-1.14.6', 'linux/amd64, go1.26.5, 424d125']
const defaultCorefile = 'Corefile'

export function startCoreDns(options: CoreDnsOptions): CoreDns {
  const { relay, clock, log } = options
  const flag = options.arguments.indexOf('-conf')
  const file = (flag === -1 ? undefined : options.arguments[flag + 1]) ?? defaultCorefile
  let running: DnsServer | undefined
  let sum = ''
  let isOver = false
  let cancelLook: (() => void) | undefined

  function end(code: number): void {
    if (isOver) return
    over()
    relay.exit(code)
  }
  function over(): void {
    isOver = true
    cancelLook?.()
    running?.stop()
  }

  const environment: DnsEnvironment = {
    view: options.view,
    serial: options.serial,
    clock,
    log,
    readFile: options.readFile,
    exchange: relay.exchange,
    fatal(line) {
      if (!isOver) log(line)
      end(1)
    },
  }

  /** The sockets of a configuration, as `kind port`. Throws CorefileError when two want the same. */
  function sockets(server: DnsServer): Set<string> {
    const wanted = [...server.ports.map((port) => `dns ${port}`), ...new Set(server.endpoints.map(({ port }) => `http ${port}`))]
    const taken = server.endpoints.find(({ port }) => server.ports.includes(port))
    if (taken) throw new CorefileError(`listen tcp :${taken.port}: bind: address already in use`)
    return new Set(wanted)
  }
  function moveSockets(from: ReadonlySet<string>, to: ReadonlySet<string>): void {
    const each = (names: ReadonlySet<string>, other: ReadonlySet<string>, act: Relay['listen']) => {
      for (const name of names) {
        const [kind, port] = name.split(' ') as ['dns' | 'http', string]
        if (!other.has(name)) act(kind, Number(port))
      }
    }
    each(from, to, relay.close)
    each(to, from, relay.listen)
  }

  /** Throws CorefileError, and then nothing has changed. */
  async function run(text: string): Promise<void> {
    const next = await createDnsServer(text, file, environment, options.variables)
    const wanted = sockets(next)
    if (isOver) return
    moveSockets(running ? sockets(running) : new Set(), wanted)
    running?.stop()
    running = next
    next.start()
  }
  const sumOf = (text: string) => checksum(parseCorefile(text, file, { environment: options.variables }))
  function saySum(): void {
    if (running?.reloadMs !== undefined) log(`[INFO] plugin/reload: Running configuration SHA512 = ${sum}`)
  }

  async function start(): Promise<void> {
    log(`maxprocs: Leaving GOMAXPROCS=${availableParallelism()}: CPU quota undefined`)
    const text = await options.readFile(file)
    if (isOver) return
    if (text === undefined) {
      log(`loading Caddyfile via flag: open ${file}: no such file or directory`)
      return end(1)
    }
    try {
      await run(text)
    } catch (error) {
      if (!(error instanceof CorefileError)) throw error
      log(error.message)
      return end(1)
    }
    for (const line of running?.zones ?? []) log(line)
    sum = sumOf(text)
    saySum()
    for (const line of banner) log(line)
    lookLater()
  }

  function lookLater(): void {
    if (running?.reloadMs !== undefined && !isOver) cancelLook = clock.after(running.reloadMs, () => void look())
  }
  /** Takes over a Corefile that has changed. One that is wrong is not tried again. */
  async function look(): Promise<void> {
    const text = await options.readFile(file)
    if (isOver) return
    if (text !== undefined) await takeOver(text)
    lookLater()
  }
  async function takeOver(text: string): Promise<void> {
    let next: string
    try {
      next = sumOf(text)
    } catch (error) {
      if (!(error instanceof CorefileError)) throw error
      return log(`[WARNING] plugin/reload: Corefile parse failed: ${error.message}`)
    }
    if (next === sum) return
    sum = next
    log('[INFO] Reloading')
    try {
      await run(text)
    } catch (error) {
      if (!(error instanceof CorefileError)) throw error
      log(`[ERROR] Restart failed: ${error.message}`)
      return log(`[ERROR] plugin/reload: Corefile changed but reload failed: starting with listener file descriptors: ${error.message}`)
    }
    saySum()
    log('[INFO] Reloading complete')
  }

  void start()
  return {
    async answer({ protocol, client, port, message }) {
      if (protocol !== 'http') return running?.answer(message, protocol, client, port)
      const path = requestPath(message.toString('latin1'))
      const endpoint = running?.endpoints.find((each) => each.port === port)
      return endpoint && path ? Buffer.from(httpReply(endpoint.respond(path), new Date(clock.now()))) : undefined
    },
    terminate() {
      log('[INFO] SIGTERM: Shutting down servers then terminating')
      const lameduckMs = running?.lameduckMs ?? 0
      cancelLook?.()
      if (lameduckMs === 0) return end(0)
      log(`[INFO] plugin/health: Going into lameduck mode for ${formatDuration(lameduckMs)}`)
      clock.after(lameduckMs, () => end(0))
    },
    ended: over,
  }
}
