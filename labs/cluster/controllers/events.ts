// Writes Events for controllers: the same event again raises its count, as upstream's recorder does.
import type { Clock } from '../../system/clock.ts'
import { microTimestamp, timestamp } from '../api/durations.ts'
import { ApiError, type ApiStore, type KubeObject } from '../api/store.ts'

export interface EventReport {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}
export interface EventRecorder {
  /** core/v1 style: most controllers. `component` is e.g. replicaset-controller. */
  record(component: string, about: KubeObject, event: EventReport): void
  /** events.k8s.io style, with an action and microseconds: the scheduler. */
  recordAction(component: string, action: string, about: KubeObject, event: EventReport): void
}

const remembered = 4096
const reference = (object: KubeObject) => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name,
  ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
  resourceVersion: object.metadata.resourceVersion,
  uid: object.metadata.uid,
})

/** `host` is where the components say they run: part of an event's reportingInstance. */
export function createEventRecorder(store: Pick<ApiStore, 'create' | 'mutate'>, clock: Clock, host: string): EventRecorder {
  const names = new Map<string, string>()
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

  return {
    record(component, about, { type, reason, message }) {
      const at = timestamp(clock.now())
      const again = (event: KubeObject): void => {
        event.count = (event.count ?? 1) + 1
        event.lastTimestamp = at
      }
      write(about, [component, type, reason, message], again, {
        type,
        reason,
        message,
        source: { component },
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
        eventTime: null,
        reportingComponent: component,
        reportingInstance: '',
      })
    },
    recordAction(component, action, about, { type, reason, message }) {
      const at = microTimestamp(clock.now())
      const again = (event: KubeObject): void => {
        event.series = { count: (event.series?.count ?? 1) + 1, lastObservedTime: at }
      }
      write(about, [component, action, type, reason, message], again, {
        type,
        reason,
        message,
        action,
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: at,
        reportingComponent: component,
        reportingInstance: `${component}-${host}`,
      })
    },
  }
}
