// Where a kind of object lives in the Kubernetes API. Used by kube probes and by steps, on every runtime.
import { LabError } from '../spec/errors.ts'

interface ResourceType {
  kind: string
  /** API prefix with version */
  prefix: string
  namespaced: boolean
}

const core = '/api/v1'
const table: Record<string, ResourceType> = {
  configmaps: { kind: 'ConfigMap', prefix: core, namespaced: true },
  endpoints: { kind: 'Endpoints', prefix: core, namespaced: true },
  events: { kind: 'Event', prefix: core, namespaced: true },
  namespaces: { kind: 'Namespace', prefix: core, namespaced: false },
  nodes: { kind: 'Node', prefix: core, namespaced: false },
  pods: { kind: 'Pod', prefix: core, namespaced: true },
  secrets: { kind: 'Secret', prefix: core, namespaced: true },
  serviceaccounts: { kind: 'ServiceAccount', prefix: core, namespaced: true },
  services: { kind: 'Service', prefix: core, namespaced: true },
  daemonsets: { kind: 'DaemonSet', prefix: '/apis/apps/v1', namespaced: true },
  deployments: { kind: 'Deployment', prefix: '/apis/apps/v1', namespaced: true },
  replicasets: { kind: 'ReplicaSet', prefix: '/apis/apps/v1', namespaced: true },
  endpointslices: { kind: 'EndpointSlice', prefix: '/apis/discovery.k8s.io/v1', namespaced: true },
  networkpolicies: { kind: 'NetworkPolicy', prefix: '/apis/networking.k8s.io/v1', namespaced: true },
  gatewayclasses: { kind: 'GatewayClass', prefix: '/apis/gateway.networking.k8s.io/v1', namespaced: false },
  gateways: { kind: 'Gateway', prefix: '/apis/gateway.networking.k8s.io/v1', namespaced: true },
  httproutes: { kind: 'HTTPRoute', prefix: '/apis/gateway.networking.k8s.io/v1', namespaced: true },
  ingressclasses: { kind: 'IngressClass', prefix: '/apis/networking.k8s.io/v1', namespaced: false },
  ingresses: { kind: 'Ingress', prefix: '/apis/networking.k8s.io/v1', namespaced: true },
}

/** The type of a plural resource name. Throws LabError scenario-invalid for a name that scenarios cannot use. */
export function resourceType(resource: string): ResourceType {
  const type = table[resource]
  if (type) return type
  throw new LabError('scenario-invalid', `"${resource}" is not a resource that scenarios can use`, {
    hint: `Use one of ${Object.keys(table).join(', ')}.`,
  })
}

export interface ResourceAddress {
  resource: string
  /** default: `default`; ignored for cluster-wide resources. `*` lists all namespaces */
  namespace?: string | undefined
  name?: string | undefined
  /** label selector of a list */
  selector?: string | undefined
}

/** The API path of one object, or of a list when there is no name. */
export function resourcePath({ resource, namespace = 'default', name, selector }: ResourceAddress): string {
  const { prefix, namespaced } = resourceType(resource)
  const scope = namespaced && namespace !== '*' ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  const query = selector && !name ? `?labelSelector=${encodeURIComponent(selector)}` : ''
  return `${prefix}${scope}/${resource}${name ? `/${encodeURIComponent(name)}` : ''}${query}`
}
