// What a CNI agent looks after besides rules and NetworkPolicies; the shape says which of them there are.
import type { Clock } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import type { ApiStore } from '../api/store.ts'
import type { CniShape } from './shape.ts'
import type { NodeAddress } from './topology.ts'

export interface AgentPart {
  /** What the agent does when it starts, all of it. */
  start(): Promise<void>
  /** What it does every few seconds. */
  check(): Promise<void>
  /** What it does when nodes or pods have changed. */
  follow(): Promise<void>
}

export interface PartOptions {
  node: NodeAddress
  shape: CniShape
  init: SandboxInit
  store: ApiStore
  clock: Clock
  log: Pick<Log, 'error' | 'info'>
  /** resolves when the node has its links and files */
  built: Promise<void>
}
