// Every kind that is stored, and every kind the API serves, in the order `kubectl get all` and discovery list them. Used by the store and the server.
import { configMaps } from './config-map.ts'
import { controllerRevisions } from './controller-revision.ts'
import { daemonSets } from './daemon-set.ts'
import { deployments } from './deployment.ts'
import { emptyKinds } from './empty-kinds.ts'
import { endpointSlices } from './endpoint-slice.ts'
import { endpoints } from './endpoints.ts'
import { events } from './event.ts'
import { gateways } from './gateway.ts'
import { gatewayClasses } from './gateway-class.ts'
import { httpRoutes } from './http-route.ts'
import { ingresses } from './ingress.ts'
import { ingressClasses } from './ingress-class.ts'
import { jobs } from './job.ts'
import { leases } from './lease.ts'
import { namespaces } from './namespace.ts'
import { networkPolicies } from './network-policy.ts'
import { nodes } from './node.ts'
import { pods } from './pod.ts'
import { replicaSets } from './replica-set.ts'
import type { ResourceDefinition } from './resource.ts'
import { secrets } from './secret.ts'
import { services } from './service.ts'
import { serviceAccounts } from './service-account.ts'
import { statefulSets } from './stateful-set.ts'

export const resources: readonly ResourceDefinition[] = [
  configMaps,
  endpoints,
  events,
  namespaces,
  nodes,
  pods,
  secrets,
  serviceAccounts,
  services,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  jobs,
  leases,
  endpointSlices,
  gatewayClasses,
  gateways,
  httpRoutes,
  ingressClasses,
  ingresses,
  networkPolicies,
]
/** With those that are listed and never taken. */
export const servedResources: readonly ResourceDefinition[] = [...resources, ...emptyKinds]
const byName = new Map(servedResources.map((d) => [d.resource, d]))

export const resourceNamed = (resource: string): ResourceDefinition | undefined => byName.get(resource)
/** The definition for an apiVersion and kind, e.g. apps/v1 Deployment. */
export const resourceOfKind = (group: string, kind: string): ResourceDefinition | undefined =>
  resources.find((d) => d.group === group && d.kind === kind)
