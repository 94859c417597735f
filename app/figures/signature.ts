// Sixty calls of different sizes, one each second, with one thing wrong; and what the slow ones among them share, read from the calls alone. Pure.

export const faults = ['none', 'narrow', 'replica', 'lookup', 'load', 'handshake'] as const
export type Fault = (typeof faults)[number]
export const sizes = [100, 900, 1500, 20_000, 200_000] as const
export const replicas = ['a', 'b', 'c'] as const

export interface Call {
  /** seconds since the first */
  at: number
  /** bytes of the answer */
  size: number
  replica: string
  /** how long it took, in seconds; the caller gives up after `patience` */
  took: number
}
export const patience = 15
/** What the path carries in one packet when it is too narrow: smaller answers fit into it. */
const narrowest = 1_348
const resolverWait = 5
const detectorWait = 10
const busy = { from: 24, to: 36 }

/** The same calls each time: what differs between two faults is the fault. */
export function makeCalls(fault: Fault): Call[] {
  let state = 7
  // a linear congruential generator; its upper bits are the better ones
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
  return Array.from({ length: 60 }, (_, at) => {
    const size = sizes[Math.floor(random() * sizes.length)] as number
    const replica = replicas[Math.floor(random() * replicas.length)] as string
    const lostQuery = random() < 0.15
    const own = 0.01 + 0.02 * random() + size / 10_000_000
    const stuck =
      (fault === 'narrow' && size > narrowest) ||
      (fault === 'replica' && replica === 'b') ||
      (fault === 'load' && at >= busy.from && at < busy.to)
    if (stuck) return { at, size, replica, took: patience }
    const waited = (fault === 'lookup' && lostQuery ? resolverWait : 0) + (fault === 'handshake' ? detectorWait : 0)
    return { at, size, replica, took: own + waited }
  })
}

export const buckets = [0.1, 1, 4.5, 9, 14, patience] as const
/** 0 is the fastest: below buckets[0]. */
export const bucketOf = (took: number) => buckets.findIndex((limit) => took < limit || limit === patience)
const isSlow = ({ took }: Call) => took >= 1

export const views = ['size', 'at', 'replica'] as const
export type View = (typeof views)[number]
export const spans = [0, 12, 24, 36, 48] as const

export const columnsOf = (view: View): readonly (string | number)[] => ({ size: sizes, at: spans, replica: replicas })[view]
const columnOf = (view: View, c: Call) => (view === 'at' ? (spans.findLast((from) => c.at >= from) ?? 0) : c[view])

/** How many calls are in each cell: a row for each bucket of time, a column for each value of the view. */
export const counts = (calls: readonly Call[], view: View): number[][] =>
  buckets.map((_, row) =>
    columnsOf(view).map((column) => calls.filter((c) => bucketOf(c.took) === row && columnOf(view, c) === column).length),
  )

export type Shared =
  | { what: 'nothing' }
  | { what: 'size'; above: number }
  | { what: 'replica'; replica: string }
  | { what: 'at'; from: number; to: number }
  | { what: 'wait'; seconds: number; all: boolean }

/** What all slow calls have and no quick one has; else the time that all of them waited. */
export function shared(calls: readonly Call[]): Shared {
  const slow = calls.filter(isSlow)
  const quick = calls.filter((c) => !isSlow(c))
  if (slow.length === 0) return { what: 'nothing' }
  const range = (of: (c: Call) => number) => ({ from: Math.min(...slow.map(of)), to: Math.max(...slow.map(of)) })
  const size = range((c) => c.size)
  const largestQuick = Math.max(0, ...quick.map((c) => c.size))
  if (quick.length > 0 && size.from > largestQuick) return { what: 'size', above: largestQuick }
  const [first, ...others] = new Set(slow.map((c) => c.replica))
  if (first && others.length === 0 && quick.every((c) => c.replica !== first)) return { what: 'replica', replica: first }
  const at = range((c) => c.at)
  if (quick.length > 0 && quick.every((c) => c.at < at.from || c.at > at.to)) return { what: 'at', ...at }
  return { what: 'wait', seconds: Math.round(Math.min(...slow.map((c) => c.took))), all: quick.length === 0 }
}
