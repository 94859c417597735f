// What a cause returns when the evidence speaks for it. Used by judge.ts, the causes and hops.ts.
import type { PathHop, PathVerdict } from '../spec/path.ts'
import type { LegName, Scene } from './scene.ts'
import type { Sentences } from './texts.ts'
import type { PacketSeen, TraceSeen } from './witness.ts'

export interface Finding {
  state: PathVerdict['state']
  cause: keyof Sentences
  leg: LegName
  place?: string
  /** the rule where it ended */
  decision?: TraceSeen
  /** else: what stands after the last sighting, where it ended */
  hop?: Omit<PathHop, 'leg' | 'place'>
  sentence(texts: Sentences): string
  /** what it rests on, a line each, as tools print it */
  evidence: string[]
}

/** Tests one cause at the place where the packet was seen last; undefined when nothing speaks for it, or something against it. */
export type Cause = (scene: Scene, leg: LegName, last: PacketSeen) => Promise<Finding | undefined>
