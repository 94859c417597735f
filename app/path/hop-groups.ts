// How the hops of a path are shown: cut into legs, each place named once, jumps between chains left out on demand. Pure; used by trace.tsx.
import type { PathHop, PathLeg, PathResult } from '../../labs/spec/path.ts'

export interface ShownHop {
  hop: PathHop
  /** 1 is the first of the whole path, whatever is left out */
  number: number
  /** the first at its place: the place is written beside it */
  first: boolean
  /** the packet died here */
  dead: boolean
}

export interface ShownLeg {
  leg: PathLeg
  hops: ShownHop[]
}

/** The hop where it died, as an index; none where an answer came back. */
export const deadHop = ({ verdict }: PathResult): number | undefined => (verdict.state === 'delivered' ? undefined : verdict.hop)

/** A rule that only leads on to another chain: it neither changes the packet nor ends its way. */
const isJump = (hop: PathHop): boolean => hop.kind === 'rule' && hop.outcome === 'matched'

/** How many hops can be left out. */
export const jumpCount = (result: PathResult): number => result.hops.filter((hop, index) => isJump(hop) && index !== deadHop(result)).length

const died: readonly PathHop['outcome'][] = ['dropped', 'rejected', 'refused', 'stuck', 'not-reached']

/** How many hops the packet came through. */
export const passedCount = (result: PathResult): number =>
  result.hops.filter((hop, index) => index !== deadHop(result) && !died.includes(hop.outcome)).length

export function groupHops(result: PathResult, options: { jumps: boolean }): ShownLeg[] {
  const dead = deadHop(result)
  const legs: ShownLeg[] = []
  result.hops.forEach((hop, index) => {
    if (!options.jumps && isJump(hop) && index !== dead) return
    let leg = legs.at(-1)
    if (leg?.leg !== hop.leg) {
      leg = { leg: hop.leg, hops: [] }
      legs.push(leg)
    }
    leg.hops.push({ hop, number: index + 1, first: leg.hops.at(-1)?.hop.place !== hop.place, dead: index === dead })
  })
  return legs
}
