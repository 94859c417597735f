// Where in a kind cluster something can be started: turns targets into containers that the toolbox has entered. Used by cluster.ts.
import { LabError } from '../../spec/errors.ts'
import { formatTarget, type Target } from '../../spec/target.ts'
import type { AdoptedNamespace, SandboxInitOwner } from '../../system/init-client.ts'
import type { Place } from '../runtime.ts'
import type { HostContainer } from './hosts.ts'
import { isNodeName, laptopName, type NodeName, nodeNames } from './names.ts'
import type { PodObject, PodTable } from './pod-table.ts'

/** Where a process goes, and what it starts with there. */
export interface ResolvedPlace {
  namespace: string
  env: Record<string, string>
  cwd: string
}

export interface NodeContainer {
  name: NodeName
  address: string
  containerId: string
}

export interface PlacesOptions {
  init: SandboxInitOwner
  pods: PodTable
  nodes: readonly NodeContainer[]
  hosts(): readonly HostContainer[]
}

export interface Places {
  list(): Place[]
  /** Throws LabError target-unknown. */
  resolve(target: Target): Promise<ResolvedPlace>
}

/** Tools that a node's image lacks lie at the end of its own path. */
const nodePath = (path: string | undefined) => `${path ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'}:/opt/podwire/bin`

const isReady = (pod: PodObject) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
const runs = (pod: PodObject) => pod.status?.containerStatuses?.some(({ state }) => state?.running) === true
/** Of a Deployment's ReplicaSet: its name is the Deployment's and a hash. */
const isDeployed = (pod: PodObject, { namespace, name }: { namespace: string; name: string }) =>
  pod.metadata.namespace === namespace &&
  pod.metadata.ownerReferences?.some((owner) => owner.kind === 'ReplicaSet' && owner.name.replace(/-[a-z0-9]+$/, '') === name) === true

export function createPlaces({ init, pods, nodes, hosts }: PlacesOptions): Places {
  const unknown = (target: Target, why: string, hint?: string) =>
    new LabError('target-unknown', `${formatTarget(target)}: ${why}`, hint ? { hint } : {})

  async function enter(target: Target, kind: 'node' | 'pod' | 'host', name: string, containerId: string): Promise<AdoptedNamespace> {
    try {
      return await init.adopt({ name, kind, containerId })
    } catch (error) {
      if (error instanceof LabError && error.code === 'sandbox-failed') throw unknown(target, error.message)
      throw error
    }
  }

  async function inMachine(target: Target, name: string, containerId: string): Promise<ResolvedPlace> {
    const isNode = isNodeName(name)
    const { env } = await enter(target, isNode ? 'node' : 'host', name, containerId)
    if (!isNode) return { namespace: name, env: {}, cwd: '/root' }
    return { namespace: name, env: { ...env, PATH: nodePath(env.PATH), HOME: '/root' }, cwd: '/root' }
  }

  async function inPod(target: Target, pod: PodObject, containerName?: string): Promise<ResolvedPlace> {
    const statuses = pod.status?.containerStatuses ?? []
    const names = pod.spec.containers.map(({ name }) => name)
    if (containerName && !names.includes(containerName))
      throw unknown(target, `the pod has no container ${containerName}`, `It has ${names.join(', ')}.`)
    const wanted = (containerName ? [containerName] : names).map((name) => statuses.find((status) => status.name === name))
    const running = wanted.find((status) => status?.state?.running && status.containerID)
    const containerId = running?.containerID?.replace(/^[a-z]+:\/\//, '')
    if (!containerId)
      throw unknown(
        target,
        `the pod is not running (${pod.status?.phase ?? 'Pending'})`,
        `kubectl describe pod ${pod.metadata.name} says why.`,
      )
    const namespace = `c-${containerId.slice(0, 20)}`
    const { env, cwd } = await enter(target, 'pod', namespace, containerId)
    return { namespace, env, cwd }
  }

  function findDeployed(target: Extract<Target, { kind: 'deploy' }>): PodObject {
    const candidates = pods.all().filter((pod) => isDeployed(pod, target) && runs(pod) && !pod.metadata.deletionTimestamp)
    // of the ReplicaSet that made a Pod last
    const owner = (pod: PodObject) => pod.metadata.ownerReferences?.[0]?.uid
    const newest = candidates.reduce<PodObject | undefined>(
      (a, b) => (a && a.metadata.creationTimestamp >= b.metadata.creationTimestamp ? a : b),
      undefined,
    )
    const rank = (pod: PodObject) => Number(isReady(pod)) * 2 + Number(newest !== undefined && owner(pod) === owner(newest))
    const [first] = candidates.sort((a, b) => rank(b) - rank(a) || (a.metadata.name < b.metadata.name ? -1 : 1))
    if (!first) throw unknown(target, 'none of its pods is running', 'kubectl get pods shows their state.')
    return first
  }

  const machines = (): { target: Target; name: string; address: string; containerId: string }[] => [
    ...hosts().map((host) => ({
      ...host,
      target: host.name === laptopName ? { kind: 'laptop' as const } : { kind: 'host' as const, name: host.name },
    })),
    ...nodes.map((node) => ({ ...node, target: { kind: 'node' as const, name: node.name } })),
  ]
  /** laptop, nodes, other hosts: as they are shown */
  const rank = ({ target }: { target: Target }) => ['laptop', 'node', 'host'].indexOf(target.kind)

  return {
    list: () => [
      ...machines()
        .sort((a, b) => rank(a) - rank(b))
        .map(({ target, address }) => ({ target, address })),
      ...pods
        .all()
        .filter((pod) => runs(pod) && !pod.metadata.deletionTimestamp)
        .map(({ metadata: { namespace, name }, status }) => ({
          target: { kind: 'pod' as const, namespace, name },
          ...(status?.podIP ? { address: status.podIP } : {}),
        })),
    ],
    async resolve(target) {
      switch (target.kind) {
        case 'pod': {
          const pod = pods.find(target.namespace, target.name)
          if (!pod) throw unknown(target, 'there is no such pod', 'The places of a lab are listed beside its terminals.')
          return inPod(target, pod, target.container)
        }
        case 'deploy':
          return inPod(target, findDeployed(target))
        default: {
          const text = formatTarget(target)
          const machine = machines().find((candidate) => formatTarget(candidate.target) === text)
          if (machine) return inMachine(target, machine.name, machine.containerId)
          if (target.kind === 'node') throw unknown(target, 'there is no such node', `Nodes are ${nodeNames.join(', ')}.`)
          throw unknown(target, 'there is no such host')
        }
      }
    },
  }
}
