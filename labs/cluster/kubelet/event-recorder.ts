// Writes Events as the kubelet's recorder does: the same event again raises its count. Used by kubelets.
import { ApiError, type ApiStore, type KubeObject } from '../api/store.ts'

export interface EventRecorder {
  /** `container` puts spec.containers{name} (or initContainers, ephemeralContainers) into the event, as for everything that happens to one container. */
  record(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void
}

const listOf = ({ spec }: KubeObject, container: string): string =>
  ['initContainers', 'ephemeralContainers'].find((list) => spec?.[list]?.some(({ name }: { name: string }) => name === container)) ??
  'containers'

export function createEventRecorder(store: ApiStore, component: string, host: string): EventRecorder {
  /** key → name of the Event that counts it */
  const seen = new Map<string, string>()
  let serial = 0n

  return {
    record(object, type, reason, message, container) {
      const { name, uid } = object.metadata
      // events about nodes live in default
      const namespace = object.metadata.namespace ?? 'default'
      const fieldPath = container ? { fieldPath: `spec.${listOf(object, container)}{${container}}` } : {}
      const key = [object.kind, namespace, name, uid, type, reason, message, container].join('\0')
      const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
      const known = seen.get(key)
      if (known) {
        const counted = store.mutate('events', namespace, known, (event) => {
          event.count = (event.count ?? 1) + 1
          event.lastTimestamp = now
        })
        if (counted) return
      }
      serial += 1n
      const eventName = `${name}.${(BigInt(Date.now()) * 1_000_000n + serial).toString(16)}`
      const event = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: eventName, namespace },
        involvedObject: {
          kind: object.kind,
          ...(object.metadata.namespace ? { namespace } : {}),
          name,
          uid: object.kind === 'Node' ? name : uid,
          apiVersion: object.apiVersion,
          resourceVersion: object.metadata.resourceVersion,
          ...fieldPath,
        },
        reason,
        message,
        source: { component, host },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
        type,
        eventTime: null,
        reportingComponent: component,
        reportingInstance: host,
      }
      try {
        store.create('events', event)
      } catch (error) {
        // an Event is a note: a namespace that is going away takes none
        if (error instanceof ApiError && (error.reason === 'Forbidden' || error.reason === 'NotFound')) return
        throw error
      }
      seen.set(key, eventName)
      if (seen.size > 4096) seen.delete(seen.keys().next().value as string)
    },
  }
}
