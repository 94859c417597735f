// The Node object and its lease, as a kubelet registers and renews them. Called by the control plane's main and by node-monitor.ts.
import { createHash } from 'node:crypto'
import { arch, cpus, release, totalmem } from 'node:os'
import { imagePrograms } from '../../spec/images.ts'
import type { Clock } from '../../system/clock.ts'
import { timestamp } from '../api/durations.ts'
import type { ApiStore, KubeObject, NewObject } from '../api/store.ts'
import { controlPlaneName, type NodeAddress } from '../cni/topology.ts'

export const kubernetesVersion = 'v1.37.1'
interface NodeCondition {
  type: string
  status: string
  lastHeartbeatTime: string
  lastTransitionTime: string
  reason: string
  message: string
}
const kubeArch = arch() === 'arm64' ? 'arm64' : 'amd64'

/** `problem`: why no pod can start there, in the runtime's words. */
const conditions = (now: string, problem?: string): NodeCondition[] => {
  const healthy = (type: string, reason: string, message: string, status = 'False') => ({
    type,
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
    reason,
    message,
  })
  return [
    healthy('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    healthy('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    healthy('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    problem ? healthy('Ready', 'KubeletNotReady', problem) : healthy('Ready', 'KubeletReady', 'kubelet is posting ready status', 'True'),
  ]
}

/** Puts the conditions of now into a Node; one that says the same as before stays as it is. */
export function writeConditions(node: KubeObject, now: string, problem: string | undefined): void {
  const before: NodeCondition[] = node.status.conditions
  node.status.conditions = conditions(now, problem).map((next) => {
    const known = before.find(({ type }) => type === next.type)
    if (known?.status !== next.status) return next
    const isSame = known.reason === next.reason && known.message === next.message
    return isSame ? known : { ...next, lastTransitionTime: known.lastTransitionTime }
  })
}

/** The Node as kind's kubelet registers it; capacity is this machine's. */
export function nodeObject(node: NodeAddress, now: string, annotations: Record<string, string> = {}): NewObject {
  const controlPlane = node.name === controlPlaneName
  const resources = {
    cpu: String(cpus().length),
    'ephemeral-storage': '32Mi',
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: '110',
  }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      annotations: {
        ...annotations,
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
      labels: {
        'beta.kubernetes.io/arch': kubeArch,
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': kubeArch,
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        ...(controlPlane
          ? { 'node-role.kubernetes.io/control-plane': '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' }
          : {}),
      },
    },
    spec: {
      podCIDR: node.podCidr,
      podCIDRs: [node.podCidr],
      providerID: `podwire://lab/${node.name}`,
      ...(controlPlane ? { taints: [{ effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane' }] } : {}),
    },
    status: {
      addresses: [
        { address: node.address, type: 'InternalIP' },
        { address: node.name, type: 'Hostname' },
      ],
      allocatable: resources,
      capacity: resources,
      conditions: conditions(now),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      images: imagePrograms.map(({ kind, sizeBytes }) => ({ names: [kind], sizeBytes })),
      nodeInfo: {
        architecture: kubeArch,
        bootID: '00000000-0000-0000-0000-000000000000',
        containerRuntimeVersion: 'podwire://1.0.0',
        kernelVersion: release(),
        kubeProxyVersion: '',
        kubeletVersion: kubernetesVersion,
        machineID: machineId(node.name),
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        systemUUID: machineId(node.name),
      },
    },
  }
}

/** 32 hexadecimal digits, as systemd has them. */
const machineId = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 32)

const microTime = (ms: number) => new Date(ms).toISOString().replace('Z', '000Z')

/** Registers the node with its lease. `annotations`: what its CNI agent says of it. */
export function registerNode(store: ApiStore, node: NodeAddress, clock: Clock, annotations: Record<string, string>): void {
  const object = nodeObject(node, timestamp(clock.now()), annotations)
  const created = store.create('nodes', object)
  store.mutate('nodes', undefined, node.name, (draft) => Object.assign(draft, { status: object.status }), { subresource: 'status' })
  const { name } = node
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime(clock.now()) }
  store.create('leases', {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace: 'kube-node-lease',
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: created.metadata.uid }],
    },
    spec,
  })
}

/** What says that the node is alive. */
export function renewLease(store: ApiStore, name: string, clock: Clock): void {
  store.mutate('leases', 'kube-node-lease', name, (lease) => {
    lease.spec.renewTime = microTime(clock.now())
  })
}
