// Sees packets: one podwire-witness in each place's network namespace, which captures on every interface there and traces nftables.
// Used by what judges a packet's path. The program itself is labs/system/native/witness*.c.
import type { Cluster, LabProcess } from '../runtimes/runtime.ts'
import { LabError } from '../spec/errors.ts'
import { parseTarget } from '../spec/target.ts'
import { type PacketSeen, parseWitnessLine, type TraceSeen } from './witness-lines.ts'

export type { PacketSeen, TraceSeen } from './witness-lines.ts'

/** Which packets are ours. Narrow, because the kernel loses trace events when too many packets are traced. */
export interface WitnessFilter {
  protocol: 'tcp' | 'udp' | 'icmp'
  /** of our side; packets from and to it are ours. tcp and udp */
  port?: number
  /** bytes of a payload of ours, at its beginning (icmp: of the echo's data), at most 16. udp and icmp */
  tag?: Buffer
  /** Requests of ours whose source a node has rewritten: from these addresses to these ports, and the replies. */
  masqueraded?: { from: string[]; ports: number[] }
}

export interface Witness {
  place: string
  packets: PacketSeen[]
  traces: TraceSeen[]
  /** undefined until it ended, and for good when it died: then anything may have been missed */
  lost?: { packets: number; traces: number }
  /** why nftables cannot be traced there */
  traceMissing?: string
  /** lines of it that could not be read */
  badLines: number
  /** Resolves when nothing of it is left in the place, and `lost` is known if it ever will be. Never rejects. */
  end(): Promise<void>
}

/** UDP port on which the labs' overlays send one packet inside another, as flannel does. */
const vxlanPort = 8472
const readyMs = 3000
const endMs = 300
/** longer than any line the program writes */
const lineLimit = 16_384

export function witnessArguments({ protocol, port, tag, masqueraded }: WitnessFilter): string[] {
  return [
    ...['--protocol', protocol, '--vxlan-port', String(vxlanPort)],
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(tag === undefined ? [] : ['--tag', tag.toString('hex')]),
    ...(masqueraded?.from ?? []).flatMap((address) => ['--also-saddr', address]),
    ...(masqueraded?.ports ?? []).flatMap((number) => ['--also-dport', String(number)]),
  ]
}

type OnEvent = (event: PacketSeen | TraceSeen) => void

/** Calls `take` for each whole line; the rest waits, bounded. */
function lineReader(take: (line: string) => void): (bytes: Buffer) => void {
  let rest = ''
  return (bytes) => {
    const lines = (rest + bytes.toString('latin1')).split('\n') // all of it is ASCII
    rest = (lines.pop() as string).slice(0, lineLimit)
    for (const line of lines) take(line)
  }
}

class RunningWitness implements Witness {
  readonly packets: PacketSeen[] = []
  readonly traces: TraceSeen[] = []
  lost?: { packets: number; traces: number }
  traceMissing?: string
  badLines = 0
  /** resolves when it observes; rejects when it will not */
  readonly ready: Promise<void>
  #isReady = () => {}
  #hasEnded = () => {}
  #ended: Promise<void>
  #stderr = ''
  #ending?: Promise<void>

  constructor(
    readonly place: string,
    private readonly process: LabProcess,
    private readonly onEvent: OnEvent | undefined,
  ) {
    this.ready = new Promise((resolve, reject) => {
      this.#isReady = resolve
      void process.exited.then((code) => reject(new Error(this.#stderr.trim() || `podwire-witness ended with ${code}`)))
    })
    this.ready.catch(() => {}) // whoever waits for it hears of it; nobody may, when opening was given up
    this.#ended = new Promise((resolve) => {
      this.#hasEnded = resolve
      void process.exited.then(() => resolve())
    })
    const read = lineReader((line) => this.#take(line))
    process.onStdout((bytes) => {
      process.ack(bytes.length)
      read(bytes)
    })
    process.onStderr((bytes) => {
      process.ack(bytes.length)
      this.#stderr = (this.#stderr + bytes.toString('utf8')).slice(0, 1000)
    })
  }

  #take(line: string): void {
    const said = parseWitnessLine(line)
    switch (said?.e) {
      case undefined:
        this.badLines++
        return
      case 'ready':
        if (said.trace === false) this.traceMissing = said.reason ?? 'unknown'
        this.#isReady()
        return
      case 'end':
        this.lost = { packets: said.dropped, traces: said.traceLost }
        this.#hasEnded()
        return
      case 'packet': {
        const packet = { ...said, place: this.place }
        this.packets.push(packet)
        this.onEvent?.(packet)
        return
      }
      case 'trace': {
        const trace = { ...said, place: this.place }
        this.traces.push(trace)
        this.onEvent?.(trace)
      }
    }
  }

  end(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<void> {
    this.process.kill('SIGTERM')
    const timer = setTimeout(() => this.process.kill('SIGKILL'), endMs)
    // not for its exit: the kernel takes up to 100 ms to close its sockets
    await this.#ended
    clearTimeout(timer)
  }
}

/** Rejects with the signal's reason, or when `ms` have passed. */
function limited<T>(work: Promise<T>, ms: number, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason)
    const timer = setTimeout(() => reject(new Error(`it was not ready within ${ms} ms`)), ms)
    signal?.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    })
    if (signal?.aborted) onAbort()
  })
}

/**
 * Resolves when every witness observes, in the order of `places`; events arrive live (arrays grow, `onEvent` is called).
 * Throws LabError sandbox-failed that names the place, or the signal's reason; then none is left. An abort after that changes nothing: call end().
 */
export async function openWitnesses(
  cluster: Cluster,
  places: string[],
  filter: WitnessFilter,
  signal?: AbortSignal,
  onEvent?: OnEvent,
): Promise<Witness[]> {
  signal?.throwIfAborted()
  const argv = ['podwire-witness', ...witnessArguments(filter)]
  const open = async (place: string): Promise<RunningWitness> => {
    const process = await cluster.spawn(parseTarget(place), argv, { view: 'platform' })
    const witness = new RunningWitness(place, process, onEvent)
    try {
      await limited(witness.ready, readyMs, signal)
    } catch (error) {
      await witness.end()
      throw error
    }
    return witness
  }
  const opened = await Promise.allSettled(places.map(open))
  const failed = opened.findIndex(({ status }) => status === 'rejected')
  if (failed < 0) return opened.map((result) => (result as PromiseFulfilledResult<RunningWitness>).value)
  await Promise.all(opened.map((result) => (result.status === 'fulfilled' ? result.value.end() : undefined)))
  signal?.throwIfAborted()
  const cause = (opened[failed] as PromiseRejectedResult).reason
  throw new LabError('sandbox-failed', `No witness in ${places[failed]}: ${(cause as Error).message}`, { cause })
}
