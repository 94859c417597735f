// Node.
import { age } from '../durations.ts'
import { equalJson, type Json } from '../json-value.ts'
import { forbidden } from '../metadata.ts'
import type { KubeObject } from '../store.ts'
import { ageColumn, nameColumn, type ResourceDefinition } from './resource.ts'

export const nodes: ResourceDefinition = {
  resource: 'nodes',
  singular: 'node',
  kind: 'Node',
  group: '',
  version: 'v1',
  namespaced: false,
  shortNames: ['no'],
  type: 'core.v1.Node',
  status: true,
  keepStatusOnCreate: true,
  fields: { 'spec.unschedulable': (o) => String(o.spec?.unschedulable ?? false) },
  defaults(object) {
    object.spec ??= {}
    object.status ??= {}
    object.status.daemonEndpoints ??= { kubeletEndpoint: { Port: 0 } }
  },
  validateUpdate: (next, old) => {
    const set = old.spec?.podCIDR
    const changed = set !== undefined && !equalJson(next.spec?.podCIDRs ?? next.spec?.podCIDR, old.spec?.podCIDRs ?? set)
    return changed ? [forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')] : []
  },
  columns: [
    nameColumn,
    { name: 'Status', description: 'The status of the node' },
    { name: 'Roles', description: 'The roles of the node' },
    ageColumn,
    { name: 'Version', description: 'Kubelet Version reported by the node.' },
    { name: 'Internal-IP', priority: 1, description: 'List of addresses reachable to the node.' },
    { name: 'External-IP', priority: 1, description: 'List of addresses reachable to the node.' },
    {
      name: 'OS-Image',
      priority: 1,
      description: 'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).',
    },
    {
      name: 'Kernel-Version',
      priority: 1,
      description: "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
    },
    {
      name: 'Container-Runtime',
      priority: 1,
      description: 'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
    },
  ],
  row(o, now) {
    const info = o.status?.nodeInfo ?? {}
    const kernel = info.kernelVersion
      ? info.architecture
        ? `${info.kernelVersion} (${info.architecture})`
        : info.kernelVersion
      : '<unknown>'
    const address = (type: string) => (o.status?.addresses ?? []).find((a: Json) => a.type === type)?.address ?? '<none>'
    return [
      o.metadata.name,
      nodeStatus(o),
      roles(o),
      age(o.metadata.creationTimestamp, now),
      info.kubeletVersion ?? '',
      address('InternalIP'),
      address('ExternalIP'),
      info.osImage || '<unknown>',
      kernel,
      info.containerRuntimeVersion || '<unknown>',
    ]
  },
}

function nodeStatus(node: KubeObject): string {
  const ready = (node.status?.conditions ?? []).find((c: Json) => c.type === 'Ready')
  const words = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown']
  if (node.spec?.unschedulable) words.push('SchedulingDisabled')
  return words.join(',')
}

function roles(node: KubeObject): string {
  const found = new Set<string>()
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith('node-role.kubernetes.io/') && key.length > 24) found.add(key.slice(24))
    else if (key === 'kubernetes.io/role' && value) found.add(value)
  }
  return [...found].sort().join(',') || '<none>'
}
