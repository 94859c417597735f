// Pods, namespaces and policies for the tests of this folder.
import type { NamespaceObject, PodObject, PolicyObject } from './objects.ts'

export const samplePod = (
  fullName: string,
  podIP: string,
  labels: Record<string, string>,
  more: {
    nodeName?: string
    ports?: { name?: string; containerPort: number; protocol?: string }[]
    hostNetwork?: boolean
    phase?: string
  } = {},
): PodObject => {
  const [namespace, name] = fullName.split('/') as [string, string]
  const uid = `0cb9fe92-798b-47c0-91d3-${podIP
    .split('.')
    .map((p) => p.padStart(3, '0'))
    .join('')}`
  const { nodeName = 'worker', ports = [], hostNetwork = false, phase = 'Running' } = more
  return { metadata: { name, namespace, uid, labels }, spec: { nodeName, hostNetwork, containers: [{ ports }] }, status: { podIP, phase } }
}

export const sampleNamespace = (name: string, labels: Record<string, string> = {}): NamespaceObject => ({
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
})

export const samplePolicy = (fullName: string, spec: NonNullable<PolicyObject['spec']>): PolicyObject => {
  const [namespace, name] = fullName.split('/') as [string, string]
  return { metadata: { name, namespace }, spec }
}
