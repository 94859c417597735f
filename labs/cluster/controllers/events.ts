// Writes Events for controllers: the same event again raises its count, as upstream's recorder does.
import type { Clock } from '../../system/clock.ts'
import { timestamp } from '../api/durations.ts'
import { ApiError, type ApiStore, type KubeObject } from '../api/store.ts'

export interface EventReport {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}
export interface EventRecorder {
  /** `component` is e.g. replicaset-controller. */
  record(component: string, about: KubeObject, event: EventReport): void
}

const remembered = 4096
const similarMs = 600_000
const mostDifferent = 10
const reference = (object: KubeObject) => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name,
  ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
  resourceVersion: object.metadata.resourceVersion,
  uid: object.metadata.uid,
})

export function createEventRecorder(store: Pick<ApiStore, 'create' | 'mutate'>, clock: Clock): EventRecorder {
  const names = new Map<string, string>()
  const said = new Map<string, { messages: Set<string>; lastMs: number }>()
  let serial = 0n

  /** Raises the count of the same event, or creates it. An Event is a note: a namespace that is going away takes none, and nothing fails for it. */
  function write(about: KubeObject, identity: string[], again: (event: KubeObject) => void, fields: Record<string, unknown>): void {
    const namespace = about.metadata.namespace ?? 'default'
    const key = [about.metadata.uid, ...identity].join('\0')
    const known = names.get(key)
    if (known && store.mutate('events', namespace, known, again)) return
    const name = `${about.metadata.name}.${(BigInt(clock.now()) * 1_000_000n + serial++).toString(16)}`
    try {
      store.create('events', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        involvedObject: reference(about),
        ...fields,
      })
    } catch (error) {
      if (error instanceof ApiError && (error.reason === 'Forbidden' || error.reason === 'NotFound')) return
      throw error
    }
    names.set(key, name)
    if (names.size > remembered) names.delete(names.keys().next().value as string)
  }

  /** Upstream's aggregator: from the tenth different message of ten minutes on, similar events are told in one. */
  function isOneOfMany(kind: string, message: string): boolean {
    const nowMs = clock.now()
    const known = said.get(kind)
    const fresh = known && nowMs - known.lastMs <= similarMs ? known : { messages: new Set<string>(), lastMs: nowMs }
    fresh.messages.add(message)
    fresh.lastMs = nowMs
    said.set(kind, fresh)
    if (said.size > remembered) said.delete(said.keys().next().value as string)
    return fresh.messages.size >= mostDifferent
  }

  return {
    record(component, about, { type, reason, message }) {
      const at = timestamp(clock.now())
      const similar = isOneOfMany([about.metadata.uid, component, type, reason].join('\0'), message)
      const text = similar ? `(combined from similar events): ${message}` : message
      const again = (event: KubeObject): void => {
        event.count = (event.count ?? 1) + 1
        event.lastTimestamp = at
        event.message = text
      }
      write(about, similar ? [component, type, reason] : [component, type, reason, message], again, {
        type,
        reason,
        message: text,
        source: { component },
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
        eventTime: null,
        reportingComponent: component,
        reportingInstance: '',
      })
    },
  }
}
