// The cluster's Pods as they are now, by list and watch: terminals and probes look their places up here, many times a second. Used by cluster.ts.
import { setTimeout as delay } from 'node:timers/promises'
import { toErrorBody } from '../../spec/errors.ts'
import type { Log } from '../../system/log.ts'
import type { KindApi } from './api-client.ts'

/** What is read of a Pod. */
export interface PodObject {
  metadata: {
    name: string
    namespace: string
    uid: string
    creationTimestamp: string
    labels?: Record<string, string>
    deletionTimestamp?: string
    ownerReferences?: { kind: string; name: string; uid: string }[]
  }
  spec: { nodeName?: string; hostNetwork?: boolean; containers: { name: string }[] }
  status?: {
    phase?: string
    podIP?: string
    conditions?: { type: string; status: string }[]
    containerStatuses?: { name: string; containerID?: string; ready: boolean; state?: { running?: object } }[]
  }
}

export interface PodTable {
  all(): PodObject[]
  find(namespace: string, name: string): PodObject | undefined
  /** Reads them all again now: what was just written is in it. */
  refresh(signal?: AbortSignal): Promise<void>
  close(): void
}

const retryMs = 300
const podsPath = '/api/v1/pods'

export async function createPodTable(api: KindApi, log: Log): Promise<PodTable> {
  const pods = new Map<string, PodObject>()
  const closing = new AbortController()
  const key = (pod: PodObject) => `${pod.metadata.namespace}/${pod.metadata.name}`

  /** Throws when the API server does not give the list. */
  async function list(signal?: AbortSignal): Promise<string> {
    const { status, body } = await api.request({ method: 'GET', path: podsPath }, signal)
    if (status !== 200) throw new Error(`listing Pods: ${status} ${JSON.stringify(body)}`)
    const { items, metadata } = body as { items: PodObject[]; metadata: { resourceVersion: string } }
    pods.clear()
    for (const pod of items) pods.set(key(pod), pod)
    return metadata.resourceVersion
  }

  function take({ type, object }: { type: string; object: unknown }): void {
    const pod = object as PodObject
    if (type === 'DELETED') pods.delete(key(pod))
    else if (type === 'ADDED' || type === 'MODIFIED') pods.set(key(pod), pod)
    else if (type === 'ERROR') throw new Error(`watching Pods: ${JSON.stringify(object)}`)
  }

  async function follow(from: string): Promise<void> {
    let version: string | undefined = from
    while (!closing.signal.aborted) {
      try {
        version ??= await list(closing.signal)
        await api.watch(`${podsPath}?watch=true&resourceVersion=${version}`, take, closing.signal)
      } catch (error) {
        if (closing.signal.aborted) return
        log.debug({ error: toErrorBody(error) }, 'Pods are listed again')
        await delay(retryMs)
      }
      version = undefined
    }
  }

  void follow(await list())
  return {
    all: () => [...pods.values()],
    find: (namespace, name) => pods.get(`${namespace}/${name}`),
    refresh: async (signal) => void (await list(signal)),
    close: () => closing.abort(),
  }
}
