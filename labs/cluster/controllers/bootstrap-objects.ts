// What a new cluster contains: the kubernetes Service and its endpoints, cluster DNS and its configuration. Written once, at start; addresses as on kind.

import type { ControllerContext } from './controller.ts'
import { corednsPodSpec, corefile } from './coredns.ts'
import { createUnlessThere } from './namespace.ts'

export interface BootstrapOptions {
  /** where the API server listens; default 172.18.0.2:6443 */
  apiServer?: { address: string; port: number }
  /** default 10.96.0.10 */
  dnsAddress?: string
  /** image of the DNS pods; an image the kubelet knows */
  dnsImage?: string
}

const dnsLabels = { 'k8s-app': 'kube-dns' }

/** Existing objects are left alone, so that a restart of the control plane changes nothing. */
export function createBootstrapObjects(context: ControllerContext, options: BootstrapOptions = {}): void {
  const { address, port } = options.apiServer ?? { address: '172.18.0.2', port: 6443 }
  const ensure = (resource: string, object: Parameters<ControllerContext['store']['create']>[1]): void => {
    const { namespace, name } = object.metadata
    if (name && !context.store.get(resource, namespace, name)) createUnlessThere(context, resource, object)
  }

  const api = { component: 'apiserver', provider: 'kubernetes' }
  ensure('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: api },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
      sessionAffinity: 'None',
    },
  })
  ensure('endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  })
  ensure('endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  })

  const dnsAddress = options.dnsAddress ?? '10.96.0.10'
  ensure('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { ...dnsLabels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
      annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: dnsAddress,
      clusterIPs: [dnsAddress],
      selector: dnsLabels,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
      ],
    },
  })
  ensure('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'coredns', namespace: 'kube-system' } })
  ensure('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    data: { Corefile: corefile },
  })
  ensure('deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system', labels: dnsLabels },
    spec: {
      replicas: 2,
      selector: { matchLabels: dnsLabels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: '25%' } },
      template: { metadata: { labels: dnsLabels }, spec: corednsPodSpec(options.dnsImage ?? 'registry.k8s.io/coredns/coredns:v1.14.6') },
    },
  })
}
