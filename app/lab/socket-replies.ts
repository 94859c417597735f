// What each client event is answered with; the page's half of labs/spec/socket.ts. Types only.
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import type { NetworkMap } from '../../labs/spec/map.ts'
import type { PathResult } from '../../labs/spec/path.ts'
import type { ClientEventName, CommandSeen, LabStarted, LabSummary } from '../../labs/spec/socket.ts'
import type { MachineStatus, RuntimeChoice } from '../../labs/spec/status.ts'

interface Replies {
  'lab.start': LabStarted
  'lab.runtimes': RuntimeChoice
  'status.watch': MachineStatus
  'lab.list': LabSummary[]
  'lab.watch': LabSnapshot
  'lab.path': PathResult
  'lab.run': CommandSeen
  'map.watch': NetworkMap
  'term.open': { terminalId: string }
  'term.attach': { startSeq: number }
}
/** The value inside a successful acknowledgement of event N. */
export type Reply<N extends ClientEventName> = N extends keyof Replies ? Replies[N] : unknown
