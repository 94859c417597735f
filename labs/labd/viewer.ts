// Who looks at a lab: one connection to labd, as the terminals and execs see it. They know nothing of sockets.
import type { Push } from '../spec/protocol.ts'

export interface Viewer {
  /** Queues one message; never blocks and never throws. */
  send(message: Push, tail?: Uint8Array): void
}
