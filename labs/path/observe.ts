// Sends one probe and watches every place it may pass. Used by follow.ts.
import { z } from 'zod'
import type { Cluster } from '../runtimes/runtime.ts'
import { LabError } from '../spec/errors.ts'
import { parseTarget } from '../spec/target.ts'
import { openWitnesses, type PacketSeen, type TraceSeen, type Witness, type WitnessFilter } from './witness.ts'

export interface ProbePacket extends WitnessFilter {
  from: string
  address: string
  /** of the other side; 0 for ping */
  toPort: number
  /** podwire-probe's arguments */
  argv: string[]
}

const probeEnd = z.object({
  outcome: z.enum(['answered', 'refused', 'timeout', 'unreachable', 'unresolved', 'error']),
  ms: z.number(),
  status: z.number().optional(),
  rcode: z.string().optional(),
  reason: z.string().optional(),
})
export type ProbeEnd = z.infer<typeof probeEnd>

export interface Observation {
  /** epoch ms at which the probe was started */
  at: number
  end: ProbeEnd
  packets: PacketSeen[]
  traces: TraceSeen[]
  watched: ReadonlySet<string>
  /** places that saw netfilter's decisions; a place that is missing here proves nothing by silence */
  traced: ReadonlySet<string>
  /** packets or decisions that the kernel could not hand over: absence proves nothing then */
  lost: boolean
}

/** How long one try lasts, and how long nothing may move before it is given up, in ms. */
const tryMs = 300
const silenceMs = 110
/** what was under way when the probe ended still arrives */
const settleMs = 12

/** Throws what openWitnesses throws, and internal when the prober cannot start. */
export async function observe(cluster: Cluster, packet: ProbePacket, places: string[], signal: AbortSignal): Promise<Observation> {
  const patience = createPatience(packet)
  const witnesses = await openWitnesses(cluster, places, packet, signal, patience.see)
  try {
    const at = Date.now()
    const end = await probe(cluster, packet, patience, signal)
    await new Promise((resolve) => setTimeout(resolve, settleMs))
    await Promise.all(witnesses.map((witness) => witness.end()))
    return { at, end, ...whatWasSeen(witnesses, places) }
  } finally {
    await Promise.all(witnesses.map((witness) => witness.end()))
  }
}

function whatWasSeen(witnesses: Witness[], places: string[]): Omit<Observation, 'at' | 'end'> {
  return {
    packets: witnesses.flatMap((witness) => witness.packets),
    traces: witnesses.flatMap((witness) => witness.traces),
    watched: new Set(places),
    traced: new Set(witnesses.filter((witness) => witness.traceMissing === undefined).map((witness) => witness.place)),
    lost: witnesses.some(({ lost }) => lost === undefined || lost.packets > 0 || lost.traces > 0),
  }
}

interface Patience {
  see(event: PacketSeen | TraceSeen): void
  /** calls back once when nothing more is to be expected */
  start(giveUp: () => void): void
  stop(): void
}

/** A dropped packet is not waited for: it ends after a drop was seen, or after a silence in which no answer came. */
function createPatience({ port, from }: ProbePacket): Patience {
  let timer: ReturnType<typeof setTimeout> | undefined
  let giveUp: (() => void) | undefined
  const wait = (ms: number) => {
    clearTimeout(timer)
    if (giveUp) timer = setTimeout(giveUp, ms)
  }
  return {
    see(event) {
      const ours =
        'chain' in event ? event.sport === port || event.dport === port : event.sport === port || event.dport === port || event.tag
      if (!ours) return
      if ('chain' in event) {
        if (event.verdict === 'drop') wait(25)
      } else if (event.place === from && event.dir === 'in') {
        clearTimeout(timer) // an answer: the probe itself knows how to go on
        giveUp = undefined
      } else wait(silenceMs)
    },
    start(callback) {
      giveUp = callback
      wait(tryMs)
    },
    stop: () => clearTimeout(timer),
  }
}

async function probe(cluster: Cluster, { from, argv }: ProbePacket, patience: Patience, signal: AbortSignal): Promise<ProbeEnd> {
  const started = performance.now()
  const process = await cluster.spawn(parseTarget(from), ['podwire-probe', ...argv, '--timeout-ms', String(tryMs)], { view: 'platform' })
  let output = ''
  let gaveUp = false
  process.onStdout((bytes) => {
    output += bytes.toString('utf8')
    process.ack(bytes.length)
  })
  process.onStderr((bytes) => {
    output += bytes.toString('utf8')
    process.ack(bytes.length)
  })
  process.end()
  const kill = () => {
    gaveUp = true
    process.kill('SIGKILL')
  }
  patience.start(kill)
  signal.addEventListener('abort', kill, { once: true })
  const late = setTimeout(kill, tryMs + 500)
  await process.exited
  clearTimeout(late)
  patience.stop()
  signal.removeEventListener('abort', kill)
  signal.throwIfAborted()
  if (gaveUp && !output.trim()) return { outcome: 'timeout', ms: performance.now() - started }
  return readEnd(output)
}

function readEnd(output: string): ProbeEnd {
  try {
    const { tries } = z.object({ tries: z.array(probeEnd).min(1) }).parse(JSON.parse(output))
    return tries[0] as ProbeEnd
  } catch (cause) {
    throw new LabError('internal', `podwire-probe printed no result: ${JSON.stringify(output.slice(0, 200))}`, { cause })
  }
}
