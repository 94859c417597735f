// What stands in status.loadBalancer of an Ingress: the nodes where controllers run, as ingress-nginx writes it without --publish-service.
import type { ApiStore, KubeObject } from '../api/store.ts'

const perRollout = ['pod-template-hash', 'controller-revision-hash', 'pod-template-generation']

/** Addresses of the nodes with a ready Pod of this one's labels. */
export function doorAddresses(store: Pick<ApiStore, 'get' | 'list'>, pod: KubeObject): string[] {
  const labels = Object.entries(pod.metadata.labels ?? {}).filter(([key]) => !perRollout.includes(key))
  const pods = store
    .list('pods', { namespace: pod.metadata.namespace as string })
    .filter((each) => labels.every(([key, value]) => each.metadata.labels?.[key] === value) && isReady(each))
  const addresses = pods.flatMap(({ spec }) => nodeAddress(store.get('nodes', undefined, spec.nodeName)) ?? [])
  return [...new Set(addresses)].sort()
}

const isReady = ({ metadata, status }: KubeObject): boolean =>
  !metadata.deletionTimestamp &&
  status?.conditions?.some(({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True')

function nodeAddress(node: KubeObject | undefined): string | undefined {
  const addresses: { type: string; address: string }[] = node?.status?.addresses ?? []
  return ['ExternalIP', 'InternalIP'].map((type) => addresses.find((each) => each.type === type)?.address).find(Boolean)
}

/** Writes nothing where it stands already. */
export function writeStatus(store: Pick<ApiStore, 'mutate'>, ingress: KubeObject, addresses: readonly string[]): void {
  const { namespace, name } = ingress.metadata
  const wanted = addresses.map((ip) => ({ ip }))
  if (JSON.stringify(ingress.status?.loadBalancer?.ingress ?? []) === JSON.stringify(wanted)) return
  store.mutate(
    'ingresses',
    namespace,
    name,
    (draft) => {
      draft.status = { ...draft.status, loadBalancer: wanted.length ? { ingress: wanted } : {} }
    },
    { subresource: 'status' },
  )
}
