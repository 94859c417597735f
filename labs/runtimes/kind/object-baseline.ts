// The API objects of a kind cluster as it was created, and the way back to them: what came later goes, what was changed or deleted is written
// again. Used by restore.ts.
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../../spec/errors.ts'
import type { KindApi } from './api-client.ts'

interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    ownerReferences?: { controller?: boolean }[]
    [field: string]: unknown
  }
  [field: string]: unknown
}
interface ResourceType {
  /** /api/v1, /apis/apps/v1 */
  prefix: string
  name: string
  kind: string
  namespaced: boolean
}

/** The objects of one type as they were. */
interface Recorded {
  type: ResourceType
  objects: ReadonlyMap<string, KubeObject>
}

/** Written by controllers, or by the passing of time: never compared. */
const unstable = new Set([
  'events',
  'leases',
  'endpoints',
  'bindings',
  'componentstatuses',
  'csinodes',
  'csistoragecapacities',
  'ipaddresses',
  'pods',
  'controllerrevisions',
])
/** Controllers write most of these; what nobody controls was written by hand, and no controller takes it away. */
const mostlyControlled = new Set(['endpointslices', 'replicasets'])
const isControlled = ({ metadata }: KubeObject) => metadata.ownerReferences?.some(({ controller }) => controller) === true
const goneMs = 60_000

export interface ObjectBaseline {
  /** Resolves when everything is as it was; Pods are only those that controllers make. Throws LabError timeout, command-failed. */
  restore(signal?: AbortSignal): Promise<void>
}

async function discover(api: KindApi, signal?: AbortSignal): Promise<ResourceType[]> {
  const groups = (await api.request({ method: 'GET', path: '/apis' }, signal)).body as {
    groups: { preferredVersion: { groupVersion: string } }[]
  }
  const prefixes = ['/api/v1', ...groups.groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)]
  const lists = await Promise.all(
    prefixes.map(async (prefix) => {
      const { status, body } = await api.request({ method: 'GET', path: prefix }, signal)
      const { resources = [] } =
        status === 200 ? (body as { resources?: { name: string; kind: string; namespaced: boolean; verbs: string[] }[] }) : {}
      return resources
        .filter(
          ({ name, verbs }) =>
            !name.includes('/') &&
            !(prefix !== '/api/v1' && name === 'events') &&
            ['list', 'delete', 'update'].every((verb) => verbs.includes(verb)),
        )
        .map(({ name, kind, namespaced }) => ({ prefix, name, kind, namespaced }))
    }),
  )
  return lists.flat()
}

const collectionPath = ({ prefix, name, namespaced }: ResourceType, namespace?: string) =>
  namespaced && namespace ? `${prefix}/namespaces/${encodeURIComponent(namespace)}/${name}` : `${prefix}/${name}`
const objectPath = (type: ResourceType, { metadata }: KubeObject) =>
  `${collectionPath(type, metadata.namespace)}/${encodeURIComponent(metadata.name)}`
const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`

/** What a learner may have changed of it. */
function essence(type: ResourceType, object: KubeObject): string {
  const { metadata, status: _status, apiVersion: _version, kind: _kind, ...content } = object
  const { labels, annotations, finalizers } = metadata
  // nodes carry annotations and images that kubelets write
  if (type.name === 'nodes') return JSON.stringify([labels, content])
  return JSON.stringify([labels, type.name === 'deployments' || type.name === 'daemonsets' ? undefined : annotations, finalizers, content])
}

async function list(api: KindApi, type: ResourceType, signal?: AbortSignal): Promise<KubeObject[]> {
  const { status, body } = await api.request({ method: 'GET', path: collectionPath(type) }, signal)
  const items = status === 200 ? ((body as { items: KubeObject[] }).items ?? []) : []
  return mostlyControlled.has(type.name) ? items.filter((object) => !isControlled(object)) : items
}

export async function recordObjects(api: KindApi, signal?: AbortSignal): Promise<ObjectBaseline> {
  const types = (await discover(api, signal)).filter(({ name }) => !unstable.has(name))
  const baseline: Recorded[] = await Promise.all(
    types.map(async (type) => ({ type, objects: new Map((await list(api, type, signal)).map((object) => [keyOf(object), object])) })),
  )
  if (!baseline.find(({ type }) => type.name === 'namespaces')?.objects.size)
    throw new LabError('cluster-failed', 'The cluster had no namespaces when it was recorded.')
  const podType: ResourceType = { prefix: '/api/v1', name: 'pods', kind: 'Pod', namespaced: true }

  async function must(what: string, call: ReturnType<KindApi['request']>, ...fine: number[]): Promise<void> {
    const { status, body } = await call
    if (status < 300 || fine.includes(status)) return
    throw new LabError('command-failed', `${what}: ${status} ${(body as { message?: string }).message ?? JSON.stringify(body)}`)
  }

  const laterOf = ({ type, objects }: Recorded, now: readonly KubeObject[]) =>
    now.filter((object) => !objects.has(keyOf(object)) && !isKept(type, object))

  async function removeLater(recorded: Recorded, signal?: AbortSignal): Promise<void> {
    const { type } = recorded
    await Promise.all(
      laterOf(recorded, await list(api, type, signal)).map((object) =>
        must(
          `delete ${type.name} ${keyOf(object)}`,
          api.request({ method: 'DELETE', path: `${objectPath(type, object)}?propagationPolicy=Background` }, signal),
          404,
          409,
        ),
      ),
    )
  }
  /** A namespace's own objects go with it; each gets these by itself. */
  const isKept = (type: ResourceType, { metadata }: KubeObject) =>
    (metadata.name === 'kube-root-ca.crt' && type.name === 'configmaps') || (metadata.name === 'default' && type.name === 'serviceaccounts')

  /** Resolves with whether something is still there that came later. */
  async function writeAgain(recorded: Recorded, signal?: AbortSignal): Promise<boolean> {
    const { type, objects } = recorded
    const now = await list(api, type, signal)
    const there = new Map(now.map((object) => [keyOf(object), object]))
    for (const [key, was] of objects) {
      const is = there.get(key)
      if (is && essence(type, is) === essence(type, was)) continue
      const {
        uid: _uid,
        resourceVersion: _version,
        creationTimestamp: _created,
        managedFields: _fields,
        generation: _generation,
        ...metadata
      } = was.metadata
      const body = {
        ...was,
        apiVersion: type.prefix.replace(/^\/apis?\//, ''),
        kind: type.kind,
        metadata: is ? { ...metadata, resourceVersion: is.metadata.resourceVersion } : metadata,
      }
      const path = is ? objectPath(type, was) : collectionPath(type, was.metadata.namespace)
      await must(`write ${type.name} ${key}`, api.request({ method: is ? 'PUT' : 'POST', path, body }, signal))
    }
    return laterOf(recorded, now).length > 0
  }

  /** Every Pod that is not one of the control plane's own files, at once. */
  async function removePods(signal?: AbortSignal): Promise<void> {
    const pods = (await list(api, podType, signal)).filter(
      ({ metadata }) => !(metadata.annotations as Record<string, string> | undefined)?.['kubernetes.io/config.mirror'],
    )
    await Promise.all(
      pods.map((pod) =>
        must(
          `delete pod ${keyOf(pod)}`,
          api.request({ method: 'DELETE', path: `${objectPath(podType, pod)}?gracePeriodSeconds=0` }, signal),
          404,
          409,
        ),
      ),
    )
  }

  async function untilGone(going: readonly Recorded[], signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + goneMs
    for (;;) {
      const left = (
        await Promise.all(
          going.map(async (recorded) =>
            laterOf(recorded, await list(api, recorded.type, signal)).map((object) => `${recorded.type.name} ${keyOf(object)}`),
          ),
        )
      ).flat()
      if (left.length === 0) return
      if (performance.now() > deadline) throw new LabError('timeout', `These objects do not go: ${left.slice(0, 5).join(', ')}.`)
      await delay(100, undefined, signal ? { signal } : {})
    }
  }

  return {
    async restore(signal) {
      const namespaces = baseline.filter(({ type }) => type.name === 'namespaces')
      const others = baseline.filter(({ type }) => type.name !== 'namespaces')
      // owners before what they own, so that nothing comes back
      await Promise.all(others.map((recorded) => removeLater(recorded, signal)))
      await removePods(signal)
      const going: Recorded[] = []
      const write = async (recorded: Recorded) => {
        if (await writeAgain(recorded, signal)) going.push(recorded)
      }
      for (const recorded of namespaces) await removeLater(recorded, signal)
      for (const recorded of namespaces) await write(recorded)
      await Promise.all(others.map(write))
      await untilGone(going, signal)
    },
  }
}
