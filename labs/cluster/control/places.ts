// Where in the lab something can be started: turns targets into namespaces. The control channel's `places` and `resolve` ask here.
import { LabError } from '../../spec/errors.ts'
import { formatTarget, type Target } from '../../spec/target.ts'
import type { ApiStore, KubeObject } from '../api/store.ts'
import { clusterNodes, type LanHost, laptopName } from '../cni/topology.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import type { PodWorker } from '../kubelet/pod-worker.ts'
import type { PlaceInfo, ResolvedPlace } from './protocol.ts'

export interface Places {
  list(): PlaceInfo[]
  /** Throws LabError target-unknown. */
  resolve(target: Target): ResolvedPlace
}
export interface PlacesOptions {
  store: ApiStore
  kubelets: readonly Kubelet[]
  /** the laptop among them; may grow */
  hosts: readonly LanHost[]
}

const ownedBy = (object: KubeObject, uid: string) => object.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true
const isReady = (pod: KubeObject) =>
  pod.status?.conditions?.some((c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True') === true

export function createPlaces({ store, kubelets, hosts }: PlacesOptions): Places {
  const unknown = (target: Target, why: string, hint?: string) =>
    new LabError('target-unknown', `${formatTarget(target)}: ${why}`, hint ? { hint } : {})
  const workers = (): PodWorker[] => kubelets.flatMap((kubelet) => [...kubelet.workers.values()])

  function findPod(target: Extract<Target, { kind: 'pod' }>): PodWorker {
    const worker = workers().find(({ pod: { metadata } }) => metadata.name === target.name && metadata.namespace === target.namespace)
    if (worker?.namespace) return worker
    const pod = store.get('pods', target.namespace, target.name)
    if (pod)
      throw unknown(target, `the pod is not running (${pod.status?.phase ?? 'Pending'})`, `kubectl describe pod ${target.name} says why.`)
    throw unknown(target, 'there is no such pod', 'The places of a lab are listed beside its terminals.')
  }

  /** A ready pod of the newest ReplicaSet first; any running one when none is ready. */
  function findDeployed(target: Extract<Target, { kind: 'deploy' }>): PodWorker {
    const deployment = store.get('deployments', target.namespace, target.name)
    if (!deployment) throw unknown(target, 'there is no such Deployment')
    const sets = store.list('replicasets', { namespace: target.namespace }).filter((set) => ownedBy(set, deployment.metadata.uid))
    const revision = (set: KubeObject | undefined) => Number(set?.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
    const rank = ({ pod }: PodWorker) => [isReady(pod) ? 1 : 0, revision(sets.find((set) => ownedBy(pod, set.metadata.uid)))] as const
    const candidates = workers()
      .filter(({ pod, namespace }) => namespace && !pod.metadata.deletionTimestamp && sets.some((set) => ownedBy(pod, set.metadata.uid)))
      .sort((a, b) => rank(b)[0] - rank(a)[0] || rank(b)[1] - rank(a)[1] || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1))
    if (!candidates[0]) throw unknown(target, 'none of its pods is running', `kubectl get pods shows their state.`)
    return candidates[0]
  }

  function inPod(target: Target, worker: PodWorker, name?: string): ResolvedPlace {
    const container = name
      ? worker.containers.find(({ spec }) => spec.name === name)
      : (worker.containers.find(({ process }) => process) ?? worker.containers[0])
    if (!container)
      throw unknown(target, `the pod has no container ${name}`, `It has ${worker.containers.map(({ spec }) => spec.name).join(', ')}.`)
    const { env = {}, cwd } = container.launch ?? {}
    return { namespace: worker.namespace as string, env, ...(cwd ? { cwd } : {}) }
  }

  return {
    list: () => [
      { target: { kind: 'laptop' }, address: hosts.find(({ name }) => name === laptopName)?.address },
      ...clusterNodes.map(({ name, address }) => ({ target: { kind: 'node' as const, name }, address })),
      ...hosts.filter(({ name }) => name !== laptopName).map(({ name, address }) => ({ target: { kind: 'host' as const, name }, address })),
      ...workers()
        .filter(({ namespace, pod }) => namespace && !pod.metadata.deletionTimestamp)
        .map(({ pod: { metadata }, address }) => ({
          target: { kind: 'pod' as const, namespace: metadata.namespace as string, name: metadata.name },
          ...(address ? { address } : {}),
        })),
    ],
    resolve(target) {
      switch (target.kind) {
        case 'laptop':
          return { namespace: laptopName, env: {} }
        case 'node':
          if (clusterNodes.some(({ name }) => name === target.name)) return { namespace: target.name, env: {} }
          throw unknown(target, 'there is no such node', `Nodes are ${clusterNodes.map(({ name }) => name).join(', ')}.`)
        case 'host':
          if (hosts.some(({ name }) => name === target.name)) return { namespace: target.name, env: {} }
          throw unknown(target, 'there is no such host')
        case 'pod':
          return inPod(target, findPod(target), target.container)
        case 'deploy':
          return inPod(target, findDeployed(target))
      }
    },
  }
}
